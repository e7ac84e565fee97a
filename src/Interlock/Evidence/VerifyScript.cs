using System.Text;

namespace Interlock.Evidence;

/// <summary>
/// The check of a bundle in a language that no one has to trust us for: POSIX sh over stock tools, short enough to be read. It takes
/// every fact out of the entries that it has proven, so there is no list beside them that could say something else.
/// </summary>
internal static class VerifyScript
{
    /// <summary>The script, <c>verify.sh</c>.</summary>
    public const string Text =
        """"
        #!/bin/sh
        # Checks this folder: sh verify.sh. It takes POSIX sh, coreutils, openssl 3 and ssh-keygen 8.9, and ends with 1 at the first thing that does not hold.
        set -eu
        export LC_ALL=C TZ=UTC; cd "$(dirname "$0")"; tmp=$(mktemp -d); trap 'rm -rf "$tmp"' EXIT
        fail() { echo "DOES NOT VERIFY: $*" >&2; exit 1; }; same() { [ "$1" = "$2" ] || fail "$3"; }
        sum() { sha256sum < "$1" | cut -c1-64; }; hash() { openssl dgst -sha256 -binary > "$tmp/next"; mv "$tmp/next" "$tmp/hash"; }
        # the text of a field in a file of canonical JSON, where each value has one spelling and quotes in texts are escaped
        field() { sed -n "s/.*[{,]\"$2\":\"\([^\"]*\)\".*/\1/p" "$1"; }
        # a note that the log's key signed (C2SP signed-note); its text is left in $tmp/text
        note() {
          sed '/^$/,$d' "$1" > "$tmp/text"; sed '1,/^$/d' "$1" | while read -r _ by signature; do
            [ "$by" != "$name" ] || printf %s "$signature" | base64 -d | tail -c +5
          done > "$tmp/signature"
          openssl pkeyutl -verify -pubin -keyform DER -inkey "$tmp/key" -rawin -in "$tmp/text" -sigfile "$tmp/signature" > "$tmp/out" 2>&1 ||
            fail "$1: not signed by the log's key"
        }
        # entry $1 stands under the checkpoint (RFC 9162, 2.1.3.2)
        included() {
          at=$1; last=$((size - 1)); [ "$at" -le "$last" ] || fail "entries/$1.json: newer than the checkpoint"
          { printf '\000'; cat "entries/$1.json"; } | hash
          while read -r beside; do
            [ "$last" -gt 0 ] || fail "proofs/$1: too long"; printf %s "$beside" | base64 -d > "$tmp/beside"
            if [ $((at % 2)) = 1 ] || [ "$at" = "$last" ]; then
              { printf '\001'; cat "$tmp/beside" "$tmp/hash"; } | hash
              while [ $((at % 2)) = 0 ] && [ "$at" != 0 ]; do at=$((at / 2)); last=$((last / 2)); done
            else { printf '\001'; cat "$tmp/hash" "$tmp/beside"; } | hash; fi; at=$((at / 2)); last=$((last / 2))
          done < "proofs/$1"
          same "$last $(base64 < "$tmp/hash")" "0 $root" "entries/$1.json: not in the tree of the checkpoint"
        }
        # a person said what entry $1 says; $2: the field that names them, $3: the types that their statement may have
        said() {
          digest=$(field "$entry" statement); statement=statements/$digest.json; type=$(field "$statement" type)
          person=$(field "$entry" "$2"); at=$(field "$entry" ts | tr -dc 0-9 | cut -c1-14); seq=$1
          case " $3 " in *" $type "*) ;; *) fail "$statement: of type $type" ;; esac
          same "$(sum "$statement") $(field "$statement" approver)" "$digest $person" "$statement: another one"
          same "$(field "$statement" plan_id) $(field "$statement" plan_hash)" "$plan $body" "$statement: of another plan"
          same "$(field "$statement" instance)" "$instance" "$statement: of another ledger, or of another life of it"
          case $type in approval | drift)
            same "$(field "$statement" policy_digest) $(field "$statement" signers_digest)" "$rules" "$statement: under other rules or keys"
            shown=$(field "$statement" render_digest); same "$(sum "reviews/$shown.json")" "$shown" "reviews/$shown.json: another one"
            case $(cat "reviews/$shown.json") in *"\"body\":$(cat body.json),\"effects\":"*) ;; *) fail "$shown: shows another plan" ;; esac ;;
          esac
          verified="$verified $digest"; signature=$(field "$entry" signature)
          [ -n "$signature" ] || { echo "entry $seq: $type by $person, UNSIGNED: nothing proves that they said so"; return; }
          same "$(sum "signatures/$signature.sig")" "$signature" "signatures/$signature.sig: another one"
          set -- -f "signers/$allowed" -I "$person" -n "interlock-$type-v1" -s "signatures/$signature.sig" -O "verify-time=$at"
          [ ! -s "revoked/$revoked" ] || set -- "$@" -r "revoked/$revoked"
          ssh-keygen -Y verify "$@" < "$statement" > "$tmp/out" 2>&1 || fail "$statement: $(cat "$tmp/out")"
          echo "entry $seq: $type by $person: $(cat "$tmp/out")"
        }
        key=$(cat log-key); name=${key%%+*}; rest=${key#*+}
        { printf MCowBQYDK2VwAyEA; printf %s "${rest#*+}" | base64 -d | tail -c 32 | base64; } | base64 -d > "$tmp/key"
        note manifest; plan=$(sed -n 's/^plan //p' "$tmp/text"); same "$(sed -n 3p "$tmp/text")" "sums $(sum sums)" "sums: not what was signed"
        sha256sum --strict --quiet -c sums >&2 || fail "a file is missing or was changed"
        note checkpoint; size=$(sed -n 2p "$tmp/text"); root=$(sed -n 3p "$tmp/text"); same "$(sed -n 1p "$tmp/text")" "$name" "checkpoint: of another log"
        body=$(sum body.json); verified='' instance='' approved=''
        for number in $(ls entries | sed 's/\.json$//' | sort -n); do
          entry=entries/$number.json; kind=$(field "$entry" kind); included "$number"
          same "$(sed -n 's/.*,"seq":\([0-9]*\),"ts":"[^"]*"}$/\1/p' "$entry")" "$number" "$entry: another entry"
          case $kind in
            genesis | configured) rules="$(field "$entry" policy_digest) $(field "$entry" signers_digest)"
              allowed=$(field "$entry" allowed_signers); revoked=$(field "$entry" revoked_keys)
              same "$(sum "signers/$allowed") $(sum "revoked/$revoked")" "$allowed $revoked" "signers/$allowed: another one" ;;
            recovered) instance=${instance%.*}.$(sed -n 's/.*[{,]"epoch":\([0-9]*\)[,}].*/\1/p' "$entry") ;;
            *) same "$(field "$entry" plan_id)" "$plan" "$entry: of another plan" ;;
          esac
          case $kind in
            genesis) instance=$(field "$entry" hash).0; same "$(field "$entry" log_key)" "$key" "log-key: not the key of this ledger" ;;
            proposed | approved | execution-start) same "$(field "$entry" plan_hash)" "$body" "$entry: of another body" ;;
          esac
          case $kind in
            countersigned) said "$number" approver "approval drift" ;;
            rejected) said "$number" rejected_by reject ;; resolved) said "$number" resolved_by resolution ;;
            approved) for one in $(sed -n 's/.*"statements":\[\([^]]*\)\].*/\1/p' "$entry" | tr '",' '  '); do
                case "$verified " in *" $one "*) ;; *) fail "$entry: counts $one, which is not here" ;; esac; done; approved=yes ;;
            execution-start) same "$approved" yes "$entry: nobody approved it" ;;
          esac
          echo "entry $number: $kind at $(field "$entry" ts)"
        done
        echo "all holds: plan $plan, body $body, under $size entries with root $root"

        """";

    /// <summary>Its bytes.</summary>
    public static byte[] Bytes { get; } = Encoding.UTF8.GetBytes(Text);
}
