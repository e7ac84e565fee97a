namespace Interlock.Cli.Configuration;

/// <summary>
/// The part of the schema about who has to agree and when nothing may run, as it is written: the properties, and what they refer to. See
/// <see cref="ConfigSchemaText"/>. What a shape cannot say (who is in a group, which zones exist) the core says when it reads them.
/// </summary>
internal static class ApprovalSchemaText
{
    public const string Json =
        """
        {
          "properties": {
            "groups": {
              "description": "Groups of people by name, for `require` of rules. The group `anyone` is built in: every registered person.",
              "type": "object",
              "errorMessage": "`groups` is an object of names, each with its people, for example `sre: [alice, bob]`",
              "additionalProperties": {
                "type": "array",
                "minItems": 1,
                "maxItems": 200,
                "errorMessage": "a group is a list of different names, for example [alice, bob]",
                "items": { "$ref": "#/$defs/name" }
              }
            },
            "rules": {
              "description": "Who has to agree to which plans. All rules that match a plan are to be met; where none does, one of anyone is enough.",
              "type": "array",
              "maxItems": 100,
              "errorMessage": "`rules` is a list, for example `- {name: production, match: {action: deploy}, require: 2 of sre}`",
              "items": {
                "type": "object",
                "errorMessage": "a rule is an object, for example `{name: production, match: {action: deploy}, require: 2 of sre}`",
                "additionalProperties": false,
                "properties": {
                  "name": {
                    "description": "Its name, for people; different for each rule.",
                    "$ref": "#/$defs/label"
                  },
                  "match": {
                    "description": "The plans that it is about. Absent: every plan.",
                    "$ref": "#/$defs/match"
                  },
                  "require": {
                    "description": "Who has to agree, each a different person. Default: 1 of anyone.",
                    "$ref": "#/$defs/require"
                  },
                  "assurance": {
                    "description": "The least that must stand behind an approval for it to count: a key, a touched authenticator, one that verified its user. Default: none.",
                    "enum": ["none", "key", "hardware", "hardware-verified"],
                    "errorMessage": "`assurance` is `none`, `key`, `hardware` or `hardware-verified`"
                  },
                  "device_bound": {
                    "description": "Whether only keys count that cannot leave their authenticator. Default: optional.",
                    "enum": ["optional", "required"],
                    "errorMessage": "`device_bound` is `required` or `optional`"
                  },
                  "reason": {
                    "description": "Whether an approval counts only with a reason. Default: optional.",
                    "enum": ["optional", "required"],
                    "errorMessage": "`reason` is `required` or `optional`"
                  },
                  "min_review": {
                    "description": "How long a person must at least have had the plan before them: to 24h. Default: no time.",
                    "$ref": "#/$defs/duration"
                  }
                }
              }
            },
            "self_approval": {
              "description": "Whether the owner of an agent may approve what it proposes. Under `forbid` an agent without a known owner can get nothing approved. Default: forbid.",
              "enum": ["forbid", "allow"],
              "errorMessage": "`self_approval` is `forbid` or `allow`"
            },
            "drift": {
              "description": "What becomes of a run that no longer sees what the approver saw, although its checks pass: `show` goes on and records the difference, `halt` stops. Default: show.",
              "enum": ["show", "halt"],
              "errorMessage": "`drift` is `show` or `halt`"
            },
            "freezes": {
              "description": "When plans may not run.",
              "type": "array",
              "maxItems": 100,
              "errorMessage": "`freezes` is a list, for example `- {name: weekend, when: {days: [sat, sun], from: \"00:00\", to: \"24:00\", zone: Europe/Berlin}}`",
              "items": {
                "type": "object",
                "errorMessage": "a freeze is an object with `name` and `when`",
                "additionalProperties": false,
                "properties": {
                  "name": {
                    "description": "Its name, for people; different for each freeze.",
                    "$ref": "#/$defs/label"
                  },
                  "match": {
                    "description": "The plans that it is about. Absent: every plan.",
                    "$ref": "#/$defs/match"
                  },
                  "when": {
                    "description": "Some days of each week between two times of day, or one time between two dates; by the clock on the wall of a time zone.",
                    "type": "object",
                    "errorMessage": "`when` is an object, for example `{days: [fri], from: \"16:00\", to: \"24:00\", zone: Europe/Berlin}`",
                    "additionalProperties": false,
                    "properties": {
                      "days": {
                        "description": "The days on which a window begins. Absent: every day.",
                        "type": ["array", "string"],
                        "errorMessage": "`days` is a list of `mon`, `tue`, `wed`, `thu`, `fri`, `sat`, `sun`"
                      },
                      "from": {
                        "description": "When it begins: `16:00`, or `2026-12-20T00:00`.",
                        "type": "string",
                        "errorMessage": "`from` is a time of day or a date with its time, in quotes"
                      },
                      "to": {
                        "description": "Before when it ends: up to `24:00`, on the next day where it is less than `from`; or a date with its time.",
                        "type": "string",
                        "errorMessage": "`to` is a time of day or a date with its time, in quotes"
                      },
                      "zone": {
                        "description": "The time zone, as the IANA database names it: `Europe/Berlin`.",
                        "type": "string",
                        "errorMessage": "`zone` is the name of a time zone, for example `Europe/Berlin`"
                      }
                    }
                  },
                  "reason": {
                    "description": "Why, for people.",
                    "type": "string",
                    "errorMessage": "`reason` is one line of text"
                  }
                }
              }
            },
            "resume": {
              "description": "Who has to agree to resume after an emergency stop. Default: 1 of anyone.",
              "$ref": "#/$defs/require"
            },
            "governance": {
              "description": "Who may change what decides: this file, and who may sign.",
              "type": "object",
              "errorMessage": "`governance` is an object, for example `{mode: locked, change: 2 of sre, genesis: /etc/interlock/genesis}`",
              "additionalProperties": false,
              "properties": {
                "mode": {
                  "description": "Under `locked` a change holds only when those who decided before it have signed it. Default: open.",
                  "enum": ["open", "locked"],
                  "errorMessage": "`mode` is `open` or `locked`"
                },
                "change": {
                  "description": "Who has to agree to a change. Default: 1 of anyone.",
                  "$ref": "#/$defs/require"
                },
                "genesis": {
                  "description": "The file, out of every agent's reach, that holds the digest of the ledger's first entry. Needed under `locked`. Relative to the folder of this file.",
                  "type": "string",
                  "minLength": 1,
                  "errorMessage": "`genesis` is the path of a file"
                }
              }
            }
          },
          "$defs": {
            "label": {
              "type": "string",
              "pattern": "^[^\\s\\p{C}](?:[^\\p{C}\\p{Zl}\\p{Zp}]{0,62}[^\\s\\p{C}])?$",
              "errorMessage": "a name has 1 to 64 printable characters and no space at its ends"
            },
            "require": {
              "type": "string",
              "errorMessage": "write it as `2 of sre`, or `2 of sre and 1 of security`"
            },
            "match": {
              "type": "object",
              "errorMessage": "`match` is an object, for example `{action: deploy}` or `{target: {kind: service, id: \"prod-*\"}}`",
              "additionalProperties": false,
              "properties": {
                "action": {
                  "description": "A stage does this, or one of these.",
                  "type": ["array", "string"],
                  "errorMessage": "`action` is the name of an action, or a list of names"
                },
                "agent": {
                  "description": "This agent, or one of these, proposed it.",
                  "type": ["array", "string"],
                  "errorMessage": "`agent` is the name of an agent, or a list of names"
                },
                "target": {
                  "description": "A stage declares or touches this.",
                  "type": "object",
                  "errorMessage": "`target` is an object, for example `{kind: service, id: \"prod-*\"}`",
                  "additionalProperties": false,
                  "properties": {
                    "kind": {
                      "description": "The kind, exactly.",
                      "type": ["string", "number", "boolean"],
                      "errorMessage": "`kind` is text"
                    },
                    "id": {
                      "description": "The id, in which `*` stands for any run of characters.",
                      "type": ["string", "number", "boolean"],
                      "errorMessage": "`id` is text"
                    }
                  }
                },
                "stages": {
                  "description": "How many stages it has.",
                  "type": "object",
                  "errorMessage": "`stages` is an object: `{at_least: 5}`",
                  "additionalProperties": false,
                  "properties": {
                    "at_least": {
                      "description": "At least so many.",
                      "type": "integer",
                      "minimum": 1,
                      "maximum": 1000000,
                      "errorMessage": "`at_least` is an integer from 1 to 1000000"
                    }
                  }
                },
                "irreversible": {
                  "description": "A stage is one that nothing undoes.",
                  "const": true,
                  "errorMessage": "`irreversible` can only be `true`; leave it out to mean every stage"
                }
              }
            }
          }
        }
        """;
}
