using System.CommandLine;
using Interlock.Canonical;

namespace Interlock.Cli.Commands;

/// <summary><c>hash</c>: the plan hash of a file. Needs no configuration and consults no schema.</summary>
internal static class HashCommand
{
    public static Command Create(Grammar grammar)
    {
        var file = Grammar.File("a plan as YAML or JSON, whole or its body alone; - is standard input");
        var json = Grammar.Json();
        return grammar.Command(
            "hash",
            "print the hash of a plan's body (RFC 8785, SHA-256)",
            run =>
            {
                if (!Document.Read(run.Around, run.Text(file), Document.MaxBytes, JsonReadOptions.DepthCeiling)
                    .TryGet(out var document, out var refusal))
                {
                    return Task.FromResult(run.Refuse(refusal));
                }

                var hash = CanonicalJson.Hash(document.Body).ToString();
                if (run.Value(json))
                {
                    run.Answer(JsonObject.Of(("sha256", hash), ("of", document.IsEnvelope ? "body" : "document")));
                }
                else
                {
                    run.Say(hash);
                }

                return Task.FromResult(Exit.Success);
            },
            file,
            json);
    }
}
