using System.Globalization;
using System.Text;
using Interlock.Canonical;
using Interlock.Ledger;

namespace Interlock.Cli.Commands;

/// <summary>An entry and the proof that it stands in the tree of a checkpoint.</summary>
internal sealed record ProvenEntry(LedgerEntry Entry, InclusionProof Proof);

/// <summary>A proof as a document, as text, and in a sentence. The forms are those of docs/spec/checkpoints.md, proofs.</summary>
internal sealed record Proof(JsonObject Document, string Text, string Sentence)
{
    public static Proof OfInclusion(SignedCheckpoint checkpoint, string log, IReadOnlyList<ProvenEntry> entries)
    {
        var text = new StringBuilder();
        foreach (var (entry, proof) in entries)
        {
            var leaf = TreeHash.Leaf(entry.Line.Span);
            text.Append(CultureInfo.InvariantCulture, $"entry {entry.Seq}, {entry.Kind}\n  SHA-256(00 line) = {leaf}\n");
            foreach (var step in proof.Steps(leaf) ?? [])
            {
                text.Append(CultureInfo.InvariantCulture, $"  SHA-256(01 {step.Left} {step.Right}) = {step.Node}\n");
            }
        }

        var document = JsonObject.Of(
            ("format", "interlock-inclusion-v1"),
            ("log", log),
            ("checkpoint", Encoding.UTF8.GetString(checkpoint.Note.ToBytes())),
            ("root", checkpoint.Head.Root.ToString()),
            ("entries", new JsonArray(entries.Select(proven => (JsonValue)Json(proven)))));
        return new Proof(document, text.ToString(), string.Create(
            CultureInfo.InvariantCulture,
            $"{entries.Count} {(entries.Count == 1 ? "entry stands" : "entries stand")} in the {checkpoint.Head.Size} of the signed checkpoint, root {checkpoint.Head.Root}"));
    }

    public static Proof OfConsistency(TreeHead older, TreeHead newer, ConsistencyProof proof)
    {
        var hashes = string.Concat(proof.Hashes.Select(hash => $"  {hash}\n"));
        var document = JsonObject.Of(
            ("format", "interlock-consistency-v1"),
            ("old", JsonObject.Of(("size", older.Size), ("root", older.Root.ToString()))),
            ("new", JsonObject.Of(("size", newer.Size), ("root", newer.Root.ToString()))),
            ("hashes", new JsonArray(proof.Hashes.Select(hash => (JsonValue)hash.ToString()))));
        return new Proof(document, hashes, string.Create(
            CultureInfo.InvariantCulture,
            $"the {older.Size} entries of root {older.Root} are the beginning of the {newer.Size} of root {newer.Root}"));
    }

    private static JsonObject Json(ProvenEntry proven)
    {
        var leaf = TreeHash.Leaf(proven.Entry.Line.Span);
        return JsonObject.Of(
            ("seq", proven.Entry.Seq),
            ("line", Encoding.UTF8.GetString(proven.Entry.Line.Span)),
            ("leaf", leaf.ToString()),
            ("hashes", new JsonArray(proven.Proof.Hashes.Select(hash => (JsonValue)hash.ToString()))),
            ("steps", new JsonArray((proven.Proof.Steps(leaf) ?? []).Select(step => (JsonValue)JsonObject.Of(
                ("left", step.Left.ToString()), ("right", step.Right.ToString()), ("node", step.Node.ToString()))))));
    }
}
