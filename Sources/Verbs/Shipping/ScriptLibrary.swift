import Catalog
import KubernetesCore

/// The functions of `petstore-diag.sh`, with the kinds of one API written into them.
enum ScriptLibrary {
    static func text(for api: GeneratedAPI) -> String {
        func names(_ categories: Category...) -> String {
            api.kinds.filter { categories.contains($0.category) }
                .map { "\($0.type.plural).\(api.group)" }.sorted().joined(separator: " ")
        }
        let flat = api.kinds.filter { $0.targeting == .flat }.map(\.type.plural).sorted()
        return """
            # shellcheck shell=bash
            # petstore-diag.sh: diagnostic functions for \(api.group), for bash with kubectl and jq.
            # Written by "\(Root.programName) generate scripts" \(Release.version).
            #
            #   source petstore-diag.sh
            #   PS_NAMESPACE=production ps-health
            #
            # PS_NAMESPACE   the namespace to work in (default: the context's)
            # PS_TIMEOUT     seconds to wait for an observer (default 60)
            #
            # Kinds by what they are:
            PS_API="\(api.groupVersion)"
            PS_RESOURCES="\(names(.resource))"
            PS_QUERIES="\(names(.query))"
            PS_ACTIONS="\(names(.action))"
            PS_AGGREGATES="\(names(.aggregate))"
            # Kinds whose target is spec.targetPod instead of spec.target.pod:
            PS_FLAT=" \(flat.joined(separator: " ")) "

            """ + functions
    }

    /// The part that is the same for every API.
    ///
    /// `%q` of names is not needed: kubectl gets every word quoted, jq gets data as arguments.
    private static let functions = #"""

        _ps_kubectl() { kubectl ${PS_NAMESPACE:+--namespace="$PS_NAMESPACE"} "$@"; }

        # All objects of the given kinds as one list; kinds that may not be read are told and left out.
        _ps_list() {
            local kind
            for kind in "$@"; do
                _ps_kubectl get "$kind" -o json || printf 'ps: %s left out\n' "$kind" >&2
            done | jq -s '{items: (map(.items // []) | add // [])}'
        }

        # Lines of tab-separated cells as columns.
        _ps_table() {
            jq -Rrn '[inputs | split("\t")] as $rows
                | ($rows | map(map(length)) | transpose | map(max)) as $widths
                | $rows[] | [., $widths] | transpose
                | map(.[0] as $cell | .[1] as $width | $cell + " " * ($width - ($cell | length) + 2))
                | join("") | sub(" +$"; "")'
        }

        # Health of each aggregate, in both forms in which operators write it.
        ps-health() {
            # shellcheck disable=SC2086
            _ps_list $PS_AGGREGATES | jq -r '
                def health: (.status.aggregatedHealth | if type == "object" then .status // .state else . end)
                    // .status.state // "Unknown";
                (["AGGREGATE", "HEALTH", "SYNCED", "FAILED", "PENDING"]),
                (.items[] | [.metadata.name, health,
                    (.status.summary | if . == null then "-", "-", "-" else
                        "\(.synced // 0)/\(.total // 0)", "\(.failed // 0)", "\(.pending // 0)" end)])
                | @tsv' | _ps_table
        }

        # Resources, queries and actions that failed, with their messages.
        ps-failed() {
            # shellcheck disable=SC2086
            _ps_list $PS_RESOURCES $PS_QUERIES $PS_ACTIONS | jq -r '
                def oneline: tostring | gsub("[[:cntrl:]]+"; " ");
                (["KIND", "NAME", "STATE", "MESSAGE"]),
                (.items[] | select(.status.state == "Failed" or .status.result.success == false)
                    | [.kind, .metadata.name, .status.state,
                        (.status.message // .status.result.error // "" | oneline)])
                | @tsv' | _ps_table
        }

        # Fields that differ between spec and the answer of the API, by the operator's own rules:
        # only what the spec says counts, empty maps and lists do not. The flag driftDetected is
        # not asked: the operator clears it in the same pass in which it puts the value right.
        ps-drift() {
            # shellcheck disable=SC2086
            _ps_list $PS_RESOURCES | jq -r '
                def steering: ["target", "paused", "readOnly", "mergeOnUpdate", "onDelete",
                    "executionInterval", "reExecuteInterval", "externalIDRef"];
                def secret: test("password|token|secret|apikey|credential"; "i");
                def cell: if type == "string" then . else tojson end | gsub("[[:cntrl:]]+"; " ");
                def instant: if type == "string" and test("^[0-9]{4}-[0-9]{2}-[0-9]{2}T")
                    then sub("[.][0-9]+"; "") | sub("[+]00:00$"; "Z") else . end;
                (["RESOURCE", "FIELD", "SPEC VALUE", "ACTUAL VALUE", "COUNT"]),
                (.items[] | .status as $status | select($status.response.data | type == "object")
                    | ((.kind | ascii_downcase) + "/" + .metadata.name) as $object
                    | .spec | to_entries[]
                    | select(.key as $key | steering | index($key) | not)
                    | select(.key | startswith("target") | not)
                    | select(.value != {} and .value != [] and .value != null)
                    | .key as $key | $status.response.data[$key] as $actual
                    | select((.value | instant) != ($actual | instant))
                    | if $key | secret then [$object, $key, "(hidden)", "(hidden)"]
                        else [$object, $key, (.value | cell),
                            (if $actual == null then "(absent)" else $actual | cell end)] end
                    | . + ["\($status.driftDetectedCount // 0)"])
                | @tsv' | _ps_table
        }

        # ps-observe KIND KEY POD [FIELD]: has the operator read one object from one pod.
        # KEY is the identifier in the API, FIELD the member of the spec that holds it; without one
        # it is the member that agrees with the external id of an object that is there, else id.
        # Prints the name of the observer, which is read-only: removing it changes nothing outside.
        ps-observe() {
            local kind=$1 key=$2 pod=$3 field=${4:-} set=${PS_SET:-} type name
            [ $# -ge 3 ] || { echo 'usage: ps-observe KIND KEY POD [FIELD]' >&2; return 2; }
            type=$(_ps_type "$kind") || return
            [ -n "$field" ] || field=$(_ps_field "$type") || return
            name="diag-${type%%.*}-$(printf '%s' "$key-$pod" | tr -c 'a-z0-9\n' '-' | tr -s '-')-$RANDOM"
            jq -n --arg api "$PS_API" --arg kind "$(_ps_kind "$type")" --arg name "$name" \
                --arg field "$field" --arg key "$key" --arg pod "$pod" --arg set "$set" \
                --argjson flat "$(_ps_is_flat "$type" && echo true || echo false)" '
                {apiVersion: $api, kind: $kind,
                 metadata: {name: $name, labels: ({purpose: "diagnostics", temporary: "true"}
                    + if $set == "" then {} else {"comparison-set": $set} end)},
                 spec: ({readOnly: true,
                    ($field): ($key | if test("^-?[0-9]{1,15}$") and $field != "username" and $field != "name"
                        then tonumber else . end)}
                    + if $flat then {targetPod: $pod} else {target: {pod: $pod}} end)}' |
                _ps_kubectl create -f - >/dev/null || return
            echo "$type/$name"
        }

        # ps-compare KIND NAME POD...: the answer of each pod, and whether they agree.
        # Ends with 1 where they differ or a pod did not answer. Its observers are removed.
        ps-compare() {
            [ $# -ge 3 ] || { echo 'usage: ps-compare KIND NAME POD...' >&2; return 2; }
            ( _ps_compare "$@" )
        }

        _ps_compare() {
            local type name=$2 field key pod observer answers='[]'
            type=$(_ps_type "$1") || return
            shift 2
            field=$(_ps_field "$type") || return
            key=$(_ps_kubectl get "$type" "$name" -o json | jq -er --arg field "$field" '.spec[$field]') ||
                { printf 'ps: %s has no %s to ask for\n' "$name" "$field" >&2; return 2; }
            PS_SET="compare-$RANDOM$RANDOM"
            # shellcheck disable=SC2064
            trap "_ps_kubectl delete '$type' -l 'comparison-set=$PS_SET' --wait=false >/dev/null" EXIT
            trap 'exit 130' INT
            trap 'exit 143' TERM
            for pod in "$@"; do
                observer=$(ps-observe "$type" "$key" "$pod" "$field") || return
                answers=$(_ps_answer "$observer" | jq -c --arg pod "$pod" --argjson so_far "$answers" \
                    '$so_far + [{pod: $pod, state: (.status.state // "no answer"),
                        data: .status.response.data, message: .status.message}]') || return
            done
            jq -rn --argjson answers "$answers" '
                def leaves: if type == "object" or type == "array" then
                    [paths(scalars) as $p | [($p | map(tostring) | join(".")), getpath($p)]] else [] end;
                def secret: test("password|token|secret|apikey|credential"; "i");
                ($answers | map(.data | leaves | map({key: .[0], value: .[1]}) | from_entries)) as $fields
                | (["FIELD"] + ($answers | map(.pod))), (["state"] + ($answers | map(.state))),
                  ($fields | map(keys_unsorted) | add // [] | unique[] as $key
                    | [$key] + ($fields | map(if has($key) | not then "-" elif $key | secret then "(hidden)"
                        else .[$key] | tostring | gsub("[[:cntrl:]]+"; " ") end)))
                | @tsv' | _ps_table
            if jq -en --argjson answers "$answers" '($answers | all(.state == "Observed"))
                and ($answers | map(.data) | unique | length == 1)' >/dev/null; then
                echo 'Result: all pods consistent'
            else
                echo 'Result: pods differ'
                return 1
            fi
        }

        # ps-cleanup: deletes what these functions made. Of resource kinds only read-only objects are
        # touched: deleting another one would delete the object in the API.
        ps-cleanup() {
            local type
            for type in $PS_RESOURCES $PS_QUERIES; do
                _ps_kubectl get "$type" -l purpose=diagnostics,temporary=true -o json |
                    jq -r --arg type "$type" --arg queries " $PS_QUERIES " '.items[]
                        | select(.metadata.labels.keep != "true")
                        | select(.spec.readOnly == true or ($queries | contains(" " + $type + " ")))
                        | .metadata.name' |
                    while IFS= read -r name; do
                        _ps_kubectl delete "$type" "$name" --wait=false </dev/null
                    done
            done
        }

        # The full name of a kind: pet, pets and Pet all mean pets.GROUP.
        _ps_type() {
            local wanted type
            wanted=$(printf '%s' "$1" | tr '[:upper:]' '[:lower:]')
            for type in $PS_RESOURCES; do
                case "$type" in
                "$wanted" | "${wanted%%.*}".* | "${wanted%%.*}"s.* | "${wanted%%.*}"es.*) echo "$type"; return ;;
                esac
            done
            printf 'ps: no resource kind %s; there are: %s\n' "$1" "$PS_RESOURCES" >&2
            return 2
        }

        _ps_kind() {
            _ps_kubectl get "$1" -o json | jq -er '.items[0].kind // empty' ||
                kubectl get --raw "/apis/$PS_API" |
                jq -r --arg plural "${1%%.*}" '.resources[] | select(.name == $plural) | .kind'
        }

        _ps_is_flat() { case "$PS_FLAT" in *" ${1%%.*} "*) ;; *) return 1 ;; esac; }

        # The member of the spec by which the API knows objects of a kind.
        _ps_field() {
            _ps_kubectl get "$1" -o json | jq -r '
                [.items[] | .status.externalID as $id | select($id != null and $id != "")
                    | .spec | to_entries[] | select((.value | tostring) == $id) | .key]
                | group_by(.) | max_by(length) | .[0]? // "id"'
        }

        # Waits until the operator has read what an observer is for.
        _ps_answer() {
            local object left=$((${PS_TIMEOUT:-60} * 2))
            while :; do
                object=$(_ps_kubectl get "${1%%/*}" "${1##*/}" -o json) || return
                jq -e '(.status.state | IN("Observed", "NotFound", "Failed"))
                    and .status.observedGeneration == .metadata.generation' <<<"$object" >/dev/null && break
                left=$((left - 1))
                [ "$left" -gt 0 ] || break
                sleep 0.5
            done
            printf '%s\n' "$object"
        }

        """#
}
