using System.Globalization;
using System.Text;
using Interlock.Approvals;
using Interlock.Ledger;

namespace Interlock.Evidence;

/// <summary>
/// Writes <c>VERIFY.md</c>: what a bundle holds and how to check it with stock tools, each command spelled out. The same bundle always
/// gives the same page, so that an edited one is found.
/// </summary>
internal static class VerifyPage
{
    /// <summary>Writes the page.</summary>
    /// <param name="entries">The entries.</param>
    /// <param name="files">The files of the bundle, for the types of statements.</param>
    /// <param name="checkpoint">The checkpoint.</param>
    /// <param name="key">The log's key.</param>
    public static byte[] Write(EvidenceEntries entries, EvidenceFiles files, SignedCheckpoint checkpoint, NoteKey key)
    {
        var page = new StringBuilder();
        Invariant(page, $"""
            # Evidence about plan {entries.Plan.Id}

            The ledger `{key.Name}` had {checkpoint.Head.Size} entries with the root `{checkpoint.Head.Root}` when this was written.
            The body of the plan is `{EvidenceNames.Body}`; its SHA-256 is the plan's hash, `{entries.Plan.Hash}`.

            Check everything with `sh verify.sh`, in this folder: POSIX sh, coreutils, openssl 3 and ssh-keygen, nothing of Interlock. The script is at
            the end of this page; read it first. Or run the commands one by one. Where Interlock is at hand, `interlock verify-evidence` checks more.


            """);
        Files(page);
        Notes(page, key);
        Entries(page, entries);
        Statements(page, entries, files);
        Limits(page);
        page.Append("## The script\n\n```sh\n").Append(VerifyScript.Text).Append("```\n");
        return Encoding.UTF8.GetBytes(page.ToString());
    }

    private static void Files(StringBuilder page) => page.Append("""
        ## What is here

        | file | |
        |---|---|
        | `body.json` | the plan, as it was proposed, approved and executed |
        | `entries/N.json` | entry N of the ledger, its exact line: all entries of the plan, those of the governance that name the rules and keys of then, and each that took the ledger up again after a restore (`recovered`) |
        | `proofs/N` | the inclusion proof of entry N, base64, a line each |
        | `checkpoint`, `log-key` | size and root of the ledger, signed (C2SP signed-note, tlog-checkpoint), and the key |
        | `statements/D.json`, `signatures/D.sig` | what a person signed, and the signature of `ssh-keygen`; D is the SHA-256 of the file |
        | `reviews/D.json` | what that person was shown |
        | `signers/D`, `revoked/D`, `policies/D.json` | who could sign, which keys were revoked, and the rules, at that time |
        | `sums`, `manifest` | the SHA-256 of each file, signed with the log's key |


        """);

    private static void Notes(StringBuilder page, NoteKey key)
    {
        var point = Convert.ToBase64String(key.PublicKey.Span);
        Invariant(page, $"""
            ## The log's key signed the sums and the checkpoint

            The key is `{key}`. Compare it with one that you have from elsewhere. Its last part is base64 of the byte 1 and of the 32 bytes of
            an Ed25519 key; the first line puts the header of RFC 8410 before these. A signature line holds base64 of 4 bytes, which name the key, and
            of the signature over the lines above the empty one.

            ```sh
            printf MCowBQYDK2VwAyEA{point} | base64 -d > /tmp/log-key.der
            for note in manifest checkpoint; do
              sed '/^$/,$d' "$note" > /tmp/text
              grep '^— {Quoted(key.Name)} ' "$note" | cut -d ' ' -f 3 | base64 -d | tail -c +5 > /tmp/signature
              openssl pkeyutl -verify -pubin -keyform DER -inkey /tmp/log-key.der -rawin -in /tmp/text -sigfile /tmp/signature
            done
            sha256sum sums; sed -n 3p manifest     # the same sum
            sha256sum --strict --quiet -c sums
            ```


            """);
    }

    private static void Entries(StringBuilder page, EvidenceEntries entries)
    {
        page.Append("""
            ## Each entry stands in the ledger

            The leaf of an entry is `SHA-256(00 line)`, a node `SHA-256(01 left right)`; from the leaf the hashes of `proofs/N` lead to the root in the third
            line of `checkpoint` (RFC 9162, 2.1.3.2; `included` in the script is the loop). The first leaf, as an example:

            ```sh

            """);
        Invariant(page, $$"""
            { printf '\000'; cat {{EvidenceNames.Entry(entries.All[0].Seq)}}; } | openssl dgst -sha256 -binary | base64
            ```

            | entry | what | when |
            |---|---|---|

            """);
        foreach (var entry in entries.All)
        {
            Invariant(page, $"| {entry.Seq} | `{entry.Kind}` | {UtcTime.Format(entry.At)} |\n");
        }

        page.Append("""

            The plan that was approved is the plan that ran: this prints one hash, whatever the number of lines, and it is that of the body.

            ```sh
            sha256sum body.json
            grep -ho '"plan_hash":"[0-9a-f]*"' entries/*.json statements/*.json | sort | uniq -c
            ```


            """);
    }

    private static void Statements(StringBuilder page, EvidenceEntries entries, EvidenceFiles files)
    {
        page.Append("""
            ## Who said what

            An entry names a statement and its signature by their SHA-256, which are the names of the files. Each is verified by the keys of then and at the
            time of its entry.


            """);
        foreach (var signed in entries.Signed)
        {
            if (signed.Statement is not { } digest)
            {
                Invariant(page, $"Entry {signed.Entry.Seq} ({signed.Entry.Kind}): no statement. Nothing proves who wrote it.\n\n");
                continue;
            }

            var type = files.Read(EvidenceNames.Statement(digest)).TryGet(out var bytes, out _) && Statement.TryRead(bytes).TryGet(out var statement, out _)
                ? statement.Type
                : signed.Type;
            if (signed.Signature is not { } signature)
            {
                Invariant(page, $"Entry {signed.Entry.Seq}, a statement of type {type}: **unsigned**. Nothing proves who made it.\n\n");
                continue;
            }

            var list = EvidenceNames.Revoked(signed.Governance.Revoked);
            var revoked = files.Read(list).TryGet(out var keys, out _) && !keys.IsEmpty ? $" -r {list}" : string.Empty;
            Invariant(page, $"""
                Entry {signed.Entry.Seq}, a statement of type {type}:

                ```sh
                TZ=UTC ssh-keygen -Y verify -f {EvidenceNames.Signers(signed.Governance.AllowedSigners)}{revoked} \
                  -I {Quoted(signed.Person, whole: true)} -n {type.Namespace} -O verify-time={signed.Entry.At.UtcDateTime:yyyyMMddHHmmss} \
                  -s {EvidenceNames.Signature(signature)} < {EvidenceNames.Statement(digest)}
                ```


                """);
        }
    }

    private static void Limits(StringBuilder page)
    {
        page.Append("## What this does not prove\n\n");
        foreach (var sentence in EvidenceReport.NotProven)
        {
            page.Append("* ").Append(sentence).Append('\n');
        }

        page.Append('\n');
    }

    /// <summary>A text within single quotes of a shell; with those around it where <paramref name="whole"/>.</summary>
    private static string Quoted(string text, bool whole = false)
    {
        var inner = text.Replace("'", "'\\''", StringComparison.Ordinal);
        return whole ? $"'{inner}'" : inner;
    }

    private static void Invariant(StringBuilder page, FormattableString text) => page.Append(text.ToString(CultureInfo.InvariantCulture));
}
