namespace Interlock.Cli.Configuration;

/// <summary>
/// The schema as it is written. <c>errorMessage</c> is an annotation that editors show in place of their own words, and so does
/// the loader; it says what is right.
/// </summary>
internal static class ConfigSchemaText
{
    public const string Json =
        """
        {
          "$schema": "https://json-schema.org/draft/2020-12/schema",
          "title": "interlock.yaml",
          "description": "The one configuration file of Interlock: who may propose, who may approve, what exists to be done, and what is forbidden.",
          "type": "object",
          "errorMessage": "a configuration is a mapping of keys; start with `version: 1`, or write one with `interlock init`",
          "required": ["version"],
          "additionalProperties": false,
          "properties": {
            "$schema": {
              "description": "The schema, for editors; not read.",
              "type": "string"
            },
            "version": {
              "description": "The version of this format. Always 1.",
              "const": 1,
              "errorMessage": "`version` is 1; write `version: 1`"
            },
            "instance": {
              "description": "A label for this installation, for people. It decides nothing.",
              "type": "string",
              "pattern": "^[ -~]{1,64}$",
              "errorMessage": "`instance` is a label of 1 to 64 printable ASCII characters"
            },
            "data": {
              "description": "The folder of the ledger and everything else that Interlock keeps. Relative to the folder of this file; `~/` is the home folder. Default: .interlock beside this file.",
              "type": "string",
              "minLength": 1,
              "errorMessage": "`data` is the path of a folder, for example `.interlock`"
            },
            "log": {
              "description": "How the ledger is signed: each commit's checkpoint, with the key that `interlock init` made, into a file that the agent must not be able to write. Absent: nothing is signed, and a ledger that was cut or put back is not noticed.",
              "type": "object",
              "required": ["key", "public", "anchor"],
              "errorMessage": "`log` is an object with `key`, `public` and `anchor`, all three, as `interlock init` writes it",
              "additionalProperties": false,
              "properties": {
                "key": {
                  "description": "The file of the private key, mode 0600. Relative to the folder of this file; `~/` is the home folder.",
                  "type": "string",
                  "minLength": 1,
                  "errorMessage": "`key` is the path of the log's private key"
                },
                "public": {
                  "description": "The public half, a C2SP verifier key: NAME+HASH+BASE64. Its name is the origin of the checkpoints.",
                  "type": "string",
                  "minLength": 1,
                  "errorMessage": "`public` is the verifier key that `interlock init` printed, NAME+HASH+BASE64"
                },
                "anchor": {
                  "description": "The file of the newest signed checkpoint, outside the data folder. Relative to the folder of this file; `~/` is the home folder.",
                  "type": "string",
                  "minLength": 1,
                  "errorMessage": "`anchor` is the path of a file outside the data folder"
                }
              }
            },
            "unsigned": {
              "description": "Whether an approval without a signature counts. `allow` means that anyone who can run `interlock approve` as this user can approve under any name, which includes an agent with a shell. Default: forbid.",
              "enum": ["allow", "forbid"],
              "errorMessage": "`unsigned` is `allow` or `forbid`"
            },
            "agents": {
              "description": "The agents that may propose, by name. An agent sees only its own plans.",
              "type": "object",
              "minProperties": 1,
              "errorMessage": "`agents` names at least one agent, for example `claude: {owner: alice}`; or leave the key out",
              "propertyNames": { "pattern": "^[A-Za-z0-9._-]{1,64}$" },
              "additionalProperties": {
                "type": "object",
                "errorMessage": "an agent is an object, for example `{owner: alice}`, or `{}` where nobody answers for it",
                "additionalProperties": false,
                "properties": {
                  "owner": {
                    "description": "Who answers for the agent.",
                    "$ref": "#/$defs/name"
                  }
                }
              }
            },
            "approvers": {
              "description": "Who may approve and reject; everyone else is refused: a list of names, or the files that say whose key is whose. Absent: any name. Without signatures a name is only what was typed.",
              "type": ["array", "object"],
              "minItems": 1,
              "uniqueItems": true,
              "errorMessage": "`approvers` is a list of different names, for example [alice, bob], or `{allowed_signers: PATH}`; leave the key out to accept any name",
              "items": { "$ref": "#/$defs/name" },
              "additionalProperties": false,
              "properties": {
                "allowed_signers": {
                  "description": "The OpenSSH file that says whose key is whose. Relative to the folder of this file.",
                  "type": "string",
                  "minLength": 1,
                  "errorMessage": "`allowed_signers` is the path of a file"
                },
                "revoked": {
                  "description": "The file of keys that no longer count. Relative to the folder of this file.",
                  "type": "string",
                  "minLength": 1,
                  "errorMessage": "`revoked` is the path of a file"
                },
                "webauthn": {
                  "description": "Where passkeys may sign.",
                  "type": "object",
                  "errorMessage": "`webauthn` is an object, for example `{origins: [\"https://interlock.example.org\"], rp_ids: [interlock.example.org]}`",
                  "additionalProperties": false,
                  "properties": {
                    "origins": {
                      "description": "The origins of pages that may ask for a signature.",
                      "type": "array",
                      "uniqueItems": true,
                      "errorMessage": "`origins` is a list of different origins, for example [\"https://interlock.example.org\"]",
                      "items": {
                        "type": "string",
                        "pattern": "^https?://[A-Za-z0-9.\\-\\[\\]:]{1,255}$",
                        "errorMessage": "an origin is a scheme, a host and at most a port, without a path: `https://interlock.example.org`"
                      }
                    },
                    "rp_ids": {
                      "description": "The relying party ids that keys may belong to.",
                      "type": "array",
                      "uniqueItems": true,
                      "errorMessage": "`rp_ids` is a list of different host names, for example [interlock.example.org]",
                      "items": {
                        "type": "string",
                        "pattern": "^[A-Za-z0-9.\\-]{1,253}$",
                        "errorMessage": "a relying party id is a host name: `interlock.example.org`"
                      }
                    }
                  }
                }
              }
            },
            "lifetimes": {
              "description": "How long things hold before they expire: 1m to 90d.",
              "type": "object",
              "errorMessage": "`lifetimes` is an object, for example `{proposal: 24h, approval: 1h}`",
              "additionalProperties": false,
              "properties": {
                "proposal": {
                  "description": "How long a proposal may wait for its approval. Default: 24h.",
                  "$ref": "#/$defs/duration"
                },
                "approval": {
                  "description": "How long an approval holds. Default: 1h.",
                  "$ref": "#/$defs/duration"
                }
              }
            },
            "limits": {
              "description": "The caps of a plan, and of one check.",
              "type": "object",
              "errorMessage": "`limits` is an object, for example `{stages: 100, bytes: 1MiB}`",
              "additionalProperties": false,
              "properties": {
                "stages": {
                  "description": "The most stages of a plan. Default: 100.",
                  "type": "integer",
                  "minimum": 1,
                  "maximum": 1000000,
                  "errorMessage": "`stages` is an integer from 1 to 1000000"
                },
                "bytes": {
                  "description": "The largest plan body, in its canonical form. Default: 1MiB.",
                  "$ref": "#/$defs/size"
                },
                "depth": {
                  "description": "The deepest nesting of a plan body. Default: 32.",
                  "type": "integer",
                  "minimum": 4,
                  "maximum": 500,
                  "errorMessage": "`depth` is an integer from 4 to 500"
                },
                "check_timeout": {
                  "description": "The longest wait for one check: 100ms to 10m. Default: 15s.",
                  "$ref": "#/$defs/duration"
                }
              }
            },
            "requests": {
              "description": "How often one agent may ask: to propose, check, execute or withdraw. Beyond it is refused without an entry. Each agent under `agents` has an allowance of its own; agents that are not listed share one.",
              "type": "object",
              "errorMessage": "`requests` is an object, for example `{burst: 1000, per_minute: 300}`",
              "additionalProperties": false,
              "properties": {
                "burst": {
                  "description": "The requests that an agent may make at once after a rest. Default: 1000.",
                  "type": "integer",
                  "minimum": 1,
                  "maximum": 1000000,
                  "errorMessage": "`burst` is an integer from 1 to 1000000"
                },
                "per_minute": {
                  "description": "The requests a minute that an agent may go on with. Default: 300.",
                  "type": "integer",
                  "minimum": 1,
                  "maximum": 1000000,
                  "errorMessage": "`per_minute` is an integer from 1 to 1000000"
                },
                "pending": {
                  "description": "The proposals of one agent that may wait for a person at a time. Default: 20.",
                  "type": "integer",
                  "minimum": 1,
                  "maximum": 1000,
                  "errorMessage": "`pending` is an integer from 1 to 1000"
                },
                "cooldown": {
                  "description": "How long an agent may not propose a body again that a person rejected: 0s to 24h. Default: 10m.",
                  "$ref": "#/$defs/duration"
                },
                "coalesce": {
                  "description": "How long a refusal stands for those like it, which become one entry with a count: 100ms to 1h. Default: 10s.",
                  "$ref": "#/$defs/duration"
                }
              }
            },
            "space": {
              "description": "What is kept free on the file system of the data folder.",
              "type": "object",
              "errorMessage": "`space` is an object, for example `{floor: 64MiB, reserve: 16MiB}`",
              "additionalProperties": false,
              "properties": {
                "floor": {
                  "description": "With less free than this nothing new is taken from agents or begun; people still decide and stop, and runs under way record what happens. 0 for no floor, at most 1024MiB. Default: 64MiB.",
                  "$ref": "#/$defs/space"
                },
                "reserve": {
                  "description": "How much is set aside in a file beside the ledger, for what must be written on a full disk. 0 for none, at most the floor. Default: 16MiB.",
                  "$ref": "#/$defs/space"
                }
              }
            },
            "policy": {
              "description": "What is forbidden and what is required of every plan; or `file:` with the path of a file that holds these keys.",
              "if": { "required": ["file"] },
              "then": {
                "type": "object",
                "additionalProperties": false,
                "x-alone": "`file` stands alone: the rules are in that file; move this key there, or remove `file`",
                "properties": {
                  "file": {
                    "description": "A YAML or JSON file that holds the rules. Relative to the folder of this file.",
                    "type": "string",
                    "minLength": 1,
                    "errorMessage": "`file` is the path of a YAML or JSON file, for example `policy.yaml`"
                  }
                }
              },
              "else": { "$ref": "#/$defs/policy" }
            },
            "actions": {
              "description": "What plans may do, by name. A plan that names anything else is refused.",
              "type": "object",
              "errorMessage": "`actions` is an object of names, each with its declaration",
              "additionalProperties": { "$ref": "#/$defs/action" }
            },
            "probes": {
              "description": "What checks may observe, by name. Probes only read.",
              "type": "object",
              "errorMessage": "`probes` is an object of names, each with its declaration",
              "additionalProperties": { "$ref": "#/$defs/probe" }
            }
          },
          "$defs": {
            "name": {
              "type": "string",
              "pattern": "^[^\\s\\p{C}](?:[^\\p{C}\\p{Zl}\\p{Zp}]{0,126}[^\\s\\p{C}])?$",
              "errorMessage": "a name has 1 to 128 printable characters and no space at its ends"
            },
            "duration": {
              "type": "string",
              "pattern": "^[0-9]{1,7}(?:ms|s|m|h|d)$",
              "errorMessage": "a duration is a number with its unit: `500ms`, `30s`, `5m`, `24h` or `7d`"
            },
            "size": {
              "type": ["integer", "string"],
              "pattern": "^[0-9]{1,9}(?:KiB|MiB)$",
              "minimum": 1,
              "maximum": 268435456,
              "errorMessage": "a size is a number of bytes such as 4096, or `64KiB` or `1MiB`, at most 256MiB"
            },
            "space": {
              "type": ["integer", "string"],
              "pattern": "^[0-9]{1,9}(?:KiB|MiB)$",
              "minimum": 0,
              "maximum": 1073741824,
              "errorMessage": "a size is 0, a number of bytes, or `512KiB` or `64MiB`, at most 1024MiB"
            },
            "policy": {
              "type": "object",
              "errorMessage": "`policy` is an object of rules, or `{file: policy.yaml}`",
              "additionalProperties": false,
              "properties": {
                "forbidden_actions": {
                  "description": "Declared actions that no plan may name, in a stage or in a rollback.",
                  "type": "array",
                  "errorMessage": "`forbidden_actions` is a list of names of actions",
                  "items": { "type": "string", "minLength": 1, "errorMessage": "an action is named by text" }
                },
                "forbidden_targets": {
                  "description": "Targets and resources that no plan may touch. All the fields of an entry must match, compared as text.",
                  "type": "array",
                  "errorMessage": "`forbidden_targets` is a list, for example `- {kind: service, id: database}`",
                  "items": {
                    "type": "object",
                    "minProperties": 1,
                    "errorMessage": "an entry names the fields that must match, as in `{kind: service, id: database}`",
                    "additionalProperties": {
                      "type": ["string", "number", "boolean", "null"],
                      "errorMessage": "fields are compared as text; write text, a number or a truth value"
                    }
                  }
                },
                "secret_patterns": {
                  "description": "Regular expressions of what looks like a secret, in place of the default ones. They run without backtracking.",
                  "type": "array",
                  "errorMessage": "`secret_patterns` is a list of regular expressions",
                  "items": { "type": "string", "minLength": 1, "errorMessage": "a regular expression is text" }
                },
                "unknown_action": {
                  "description": "What becomes of an action that is not declared here. It cannot be executed in any case. Default: reject.",
                  "enum": ["reject", "mutating", "read"],
                  "errorMessage": "`unknown_action` is `reject`, `mutating` or `read`"
                },
                "require_preconditions_for_mutating": {
                  "description": "Whether each stage that changes the world needs a precondition. Default: true.",
                  "type": "boolean",
                  "errorMessage": "`require_preconditions_for_mutating` is true or false"
                },
                "schema_extension": {
                  "description": "Further properties of plans and stages. They are part of what is hashed.",
                  "type": "object",
                  "errorMessage": "`schema_extension` is an object with `body_properties`, `stage_properties` or `target_schema`",
                  "additionalProperties": false,
                  "properties": {
                    "body_properties": {
                      "description": "Further properties of a plan's body, each with its schema.",
                      "type": "object",
                      "errorMessage": "`body_properties` is an object: each name with its schema"
                    },
                    "stage_properties": {
                      "description": "Further properties of a stage, each with its schema.",
                      "type": "object",
                      "errorMessage": "`stage_properties` is an object: each name with its schema"
                    },
                    "target_schema": {
                      "description": "A schema in place of the one of a target.",
                      "type": ["object", "boolean"],
                      "errorMessage": "`target_schema` is a schema"
                    }
                  }
                }
              }
            }
          }
        }
        """;
}
