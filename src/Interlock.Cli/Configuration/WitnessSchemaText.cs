namespace Interlock.Cli.Configuration;

/// <summary>The part of the schema about witnesses, as it is written. See <see cref="ConfigSchemaText"/>.</summary>
internal static class WitnessSchemaText
{
    public const string Json =
        """
        {
          "properties": {
            "witnesses": {
              "description": "Who outside has to hold a checkpoint that covers the claim of a plan before anything of it is dispatched. Only they catch a ledger and an anchor that were rolled back together. Needs `log`. Absent: nobody.",
              "type": "object",
              "required": ["require", "list"],
              "errorMessage": "`witnesses` is an object with `require` and `list`, and `wait` if you like",
              "additionalProperties": false,
              "properties": {
                "require": {
                  "description": "How many of the list have to.",
                  "type": "integer",
                  "minimum": 1,
                  "maximum": 16,
                  "errorMessage": "`require` is how many witnesses are needed, 1 to all of the list"
                },
                "wait": {
                  "description": "The longest wait for them, once before the claim and once after it: 1s to 10m. Default: 30s.",
                  "type": "string",
                  "errorMessage": "`wait` is a duration from 1s to 10m, for example 30s"
                },
                "list": {
                  "description": "The witnesses.",
                  "type": "array",
                  "minItems": 1,
                  "maxItems": 16,
                  "errorMessage": "`list` holds 1 to 16 witnesses, each with `name`, and `url` with `public`, or `command`",
                  "items": {
                    "type": "object",
                    "required": ["name"],
                    "errorMessage": "a witness has `name`, and `url` with `public`, or `command`",
                    "additionalProperties": false,
                    "properties": {
                      "name": {
                        "description": "Its name; that of its key where it has one.",
                        "type": "string",
                        "pattern": "^[!-*,-~]{1,128}$",
                        "errorMessage": "`name` has 1 to 128 visible ASCII characters and no `+`"
                      },
                      "url": {
                        "description": "The submission prefix of a C2SP tlog-witness, http or https.",
                        "type": "string",
                        "minLength": 1,
                        "maxLength": 2000,
                        "errorMessage": "`url` is the submission prefix of a witness, https://witness.example/log"
                      },
                      "command": {
                        "description": "A program and its arguments. It gets the signed checkpoint on its standard input and exits with 0 once that is kept where nobody here can change it; what it prints, at most 64 KiB, is kept as proof.",
                        "type": "array",
                        "minItems": 1,
                        "maxItems": 100,
                        "errorMessage": "`command` is a program and its arguments, for example [\"./push-checkpoint\"]",
                        "items": { "type": "string", "minLength": 1, "errorMessage": "an argument is a text that is not empty" }
                      },
                      "public": {
                        "description": "The key of its cosignatures, a C2SP verifier key: NAME+HASH+BASE64. A command without one is believed by its exit code.",
                        "type": "string",
                        "minLength": 1,
                        "errorMessage": "`public` is the verifier key that `interlock witness` prints, NAME+HASH+BASE64"
                      }
                    }
                  }
                }
              }
            }
          }
        }
        """;
}
