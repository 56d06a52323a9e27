#!/bin/bash

__petstore-cli_cursor_index_in_current_word() {
    local remaining="${COMP_LINE}"

    local word
    for word in "${COMP_WORDS[@]::COMP_CWORD}"; do
        remaining="${remaining##*([[:space:]])"${word}"*([[:space:]])}"
    done

    local -ir index="$((COMP_POINT - ${#COMP_LINE} + ${#remaining}))"
    if [[ "${index}" -le 0 ]]; then
        printf 0
    else
        printf %s "${index}"
    fi
}

# positional arguments:
#
# - 1: the current (sub)command's count of positional arguments
#
# required variables:
#
# - repeating_flags: the repeating flags that the current (sub)command can accept
# - non_repeating_flags: the non-repeating flags that the current (sub)command can accept
# - repeating_options: the repeating options that the current (sub)command can accept
# - non_repeating_options: the non-repeating options that the current (sub)command can accept
# - positional_number: value ignored
# - unparsed_words: unparsed words from the current command line
#
# modified variables:
#
# - non_repeating_flags: remove flags for this (sub)command that are already on the command line
# - non_repeating_options: remove options for this (sub)command that are already on the command line
# - positional_number: set to the current positional number
# - unparsed_words: remove all flags, options, and option values for this (sub)command
__petstore-cli_offer_flags_options() {
    local -ir positional_count="${1}"
    positional_number=0

    local was_flag_option_terminator_seen=false
    local is_parsing_option_value=false

    local -ar unparsed_word_indices=("${!unparsed_words[@]}")
    local -i word_index
    for word_index in "${unparsed_word_indices[@]}"; do
        if "${is_parsing_option_value}"; then
            # This word is an option value:
            # Reset marker for next word iff not currently the last word
            [[ "${word_index}" -ne "${unparsed_word_indices[${#unparsed_word_indices[@]} - 1]}" ]] && is_parsing_option_value=false
            unset "unparsed_words[${word_index}]"
            # Do not process this word as a flag or an option
            continue
        fi

        local word="${unparsed_words["${word_index}"]}"
        if ! "${was_flag_option_terminator_seen}"; then
            case "${word}" in
            --)
                unset "unparsed_words[${word_index}]"
                # by itself -- is a flag/option terminator, but if it is the last word, it is the start of a completion
                if [[ "${word_index}" -ne "${unparsed_word_indices[${#unparsed_word_indices[@]} - 1]}" ]]; then
                    was_flag_option_terminator_seen=true
                fi
                continue
                ;;
            -*)
                # ${word} is a flag or an option
                # If ${word} is an option, mark that the next word to be parsed is an option value
                local option
                for option in "${repeating_options[@]}" "${non_repeating_options[@]}"; do
                    [[ "${word}" = "${option}" ]] && is_parsing_option_value=true && break
                done

                # Remove ${word} from ${non_repeating_flags} or ${non_repeating_options} so it isn't offered again
                local not_found=true
                local -i index
                for index in "${!non_repeating_flags[@]}"; do
                    if [[ "${non_repeating_flags[${index}]}" = "${word}" ]]; then
                        unset "non_repeating_flags[${index}]"
                        non_repeating_flags=("${non_repeating_flags[@]}")
                        not_found=false
                        break
                    fi
                done
                if "${not_found}"; then
                    for index in "${!non_repeating_flags[@]}"; do
                        if [[ "${non_repeating_flags[${index}]}" = "${word}" ]]; then
                            unset "non_repeating_flags[${index}]"
                            non_repeating_flags=("${non_repeating_flags[@]}")
                            break
                        fi
                    done
                fi
                unset "unparsed_words[${word_index}]"
                continue
                ;;
            esac
        fi

        # ${word} is neither a flag, nor an option, nor an option value
        if [[ "${positional_number}" -lt "${positional_count}" || "${positional_count}" -lt 0 ]]; then
            # ${word} is a positional
            ((positional_number++))
            unset "unparsed_words[${word_index}]"
        else
            if [[ -z "${word}" ]]; then
                # Could be completing a flag, option, or subcommand
                positional_number=-1
            else
                # ${word} is a subcommand or invalid, so stop processing this (sub)command
                positional_number=-2
            fi
            break
        fi
    done

    unparsed_words=("${unparsed_words[@]}")

    if\
        ! "${was_flag_option_terminator_seen}"\
        && ! "${is_parsing_option_value}"\
        && [[ ("${cur}" = -* && "${positional_number}" -ge 0) || "${positional_number}" -eq -1 ]]
    then
        COMPREPLY+=($(compgen -W "${repeating_flags[*]} ${non_repeating_flags[*]} ${repeating_options[*]} ${non_repeating_options[*]}" -- "${cur}"))
    fi
}

__petstore-cli_add_completions() {
    local completion
    while IFS='' read -r completion; do
        COMPREPLY+=("${completion}")
    done < <(IFS=$'\n' compgen "${@}" -- "${cur}")
}

__petstore-cli_custom_complete() {
    if [[ -n "${cur}" || -z ${COMP_WORDS[${COMP_CWORD}]} || "${COMP_LINE:${COMP_POINT}:1}" != ' ' ]]; then
        local -ar words=("${COMP_WORDS[@]}")
    else
        local -ar words=("${COMP_WORDS[@]::${COMP_CWORD}}" '' "${COMP_WORDS[@]:${COMP_CWORD}}")
    fi

    "${COMP_WORDS[0]}" "${@}" "${words[@]}"
}

_petstore-cli() {
    local state
    state="$(shopt -p;shopt -po)"
    trap "${state//$'\n'/;}" RETURN
    shopt -s extglob
    set +o history +o posix

    local -xr SAP_SHELL=bash
    local -x SAP_SHELL_VERSION
    SAP_SHELL_VERSION="$(IFS='.';printf %s "${BASH_VERSINFO[*]}")"
    local -r SAP_SHELL_VERSION

    local -r cur="${2}"
    local -r prev="${3}"

    local -i positional_number
    local -a unparsed_words=("${COMP_WORDS[@]:1:${COMP_CWORD}}")

    local -a repeating_flags=()
    local -a non_repeating_flags=(--version -h --help)
    local -a repeating_options=()
    local -a non_repeating_options=()
    __petstore-cli_offer_flags_options 0

    # Offer subcommand / subcommand argument completions
    local -r subcommand="${unparsed_words[0]}"
    unset 'unparsed_words[0]'
    unparsed_words=("${unparsed_words[@]}")
    case "${subcommand}" in
    get|describe|status|diagnose|drift-report|health-check|patch|edit|pause|unpause|refresh|create|delete|changes|undo|keep|session|init|shell|sandbox|version|completion|help)
        # Offer subcommand argument completions
        "_petstore-cli_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'get describe status diagnose drift-report health-check patch edit pause unpause refresh create delete changes undo keep session init shell sandbox version completion help' -- "${cur}"))
        ;;
    esac
}

_petstore-cli_get() {
    repeating_flags=()
    non_repeating_flags=(-A --all-namespaces --show-response --show-managed-fields --no-headers --show-secrets --sandbox --version -h --help)
    repeating_options=()
    non_repeating_options=(-o --output -l --selector --field-selector --chunk-size -n --namespace --context --kubeconfig -v --verbosity)
    __petstore-cli_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '-o'|'--output')
        __petstore-cli_add_completions -W 'table'$'\n''wide'$'\n''json'$'\n''yaml'$'\n''name'
        return
        ;;
    '-l'|'--selector')
        return
        ;;
    '--field-selector')
        return
        ;;
    '--chunk-size')
        return
        ;;
    '-n'|'--namespace')
        return
        ;;
    '--context')
        return
        ;;
    '--kubeconfig')
        return
        ;;
    '-v'|'--verbosity')
        return
        ;;
    esac
}

_petstore-cli_describe() {
    repeating_flags=()
    non_repeating_flags=(--show-response --show-secrets --sandbox --version -h --help)
    repeating_options=()
    non_repeating_options=(-o --output -l --selector -n --namespace --context --kubeconfig -v --verbosity)
    __petstore-cli_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '-o'|'--output')
        __petstore-cli_add_completions -W 'table'$'\n''wide'$'\n''json'$'\n''yaml'$'\n''name'
        return
        ;;
    '-l'|'--selector')
        return
        ;;
    '-n'|'--namespace')
        return
        ;;
    '--context')
        return
        ;;
    '--kubeconfig')
        return
        ;;
    '-v'|'--verbosity')
        return
        ;;
    esac
}

_petstore-cli_status() {
    repeating_flags=()
    non_repeating_flags=(-A --all-namespaces --sandbox --version -h --help)
    repeating_options=()
    non_repeating_options=(-o --output -n --namespace --context --kubeconfig -v --verbosity)
    __petstore-cli_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '-o'|'--output')
        __petstore-cli_add_completions -W 'table'$'\n''wide'$'\n''json'$'\n''yaml'$'\n''name'
        return
        ;;
    '-n'|'--namespace')
        return
        ;;
    '--context')
        return
        ;;
    '--kubeconfig')
        return
        ;;
    '-v'|'--verbosity')
        return
        ;;
    esac
}

_petstore-cli_diagnose() {
    repeating_flags=()
    non_repeating_flags=(--all -A --all-namespaces --strict --sandbox --version -h --help)
    repeating_options=()
    non_repeating_options=(-l --selector --sample --modified-within -o --output -n --namespace --context --kubeconfig -v --verbosity)
    __petstore-cli_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '-l'|'--selector')
        return
        ;;
    '--sample')
        return
        ;;
    '--modified-within')
        return
        ;;
    '-o'|'--output')
        __petstore-cli_add_completions -W 'table'$'\n''wide'$'\n''json'$'\n''yaml'$'\n''name'
        return
        ;;
    '-n'|'--namespace')
        return
        ;;
    '--context')
        return
        ;;
    '--kubeconfig')
        return
        ;;
    '-v'|'--verbosity')
        return
        ;;
    esac
}

_petstore-cli_drift-report() {
    repeating_flags=()
    non_repeating_flags=(-A --all-namespaces -w --watch --sandbox --version -h --help)
    repeating_options=()
    non_repeating_options=(-l --selector --sample -o --output -n --namespace --context --kubeconfig -v --verbosity)
    __petstore-cli_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '-l'|'--selector')
        return
        ;;
    '--sample')
        return
        ;;
    '-o'|'--output')
        __petstore-cli_add_completions -W 'table'$'\n''wide'$'\n''json'$'\n''yaml'$'\n''name'
        return
        ;;
    '-n'|'--namespace')
        return
        ;;
    '--context')
        return
        ;;
    '--kubeconfig')
        return
        ;;
    '-v'|'--verbosity')
        return
        ;;
    esac
}

_petstore-cli_health-check() {
    repeating_flags=()
    non_repeating_flags=(--all -A --all-namespaces --sandbox --version -h --help)
    repeating_options=()
    non_repeating_options=(-l --selector -o --output -n --namespace --context --kubeconfig -v --verbosity)
    __petstore-cli_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '-l'|'--selector')
        return
        ;;
    '-o'|'--output')
        __petstore-cli_add_completions -W 'table'$'\n''wide'$'\n''json'$'\n''yaml'$'\n''name'
        return
        ;;
    '-n'|'--namespace')
        return
        ;;
    '--context')
        return
        ;;
    '--kubeconfig')
        return
        ;;
    '-v'|'--verbosity')
        return
        ;;
    esac
}

_petstore-cli_patch() {
    repeating_flags=()
    non_repeating_flags=(--rollback-on-exit --dry-run -y --yes --no-wait --sandbox --version -h --help)
    repeating_options=(--command)
    non_repeating_options=(--spec --for --ttl --reason --ticket --require-guarantee --undo-timeout -o --output -n --namespace --context --kubeconfig -v --verbosity)
    __petstore-cli_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--spec')
        return
        ;;
    '--for')
        return
        ;;
    '--ttl')
        return
        ;;
    '--reason')
        return
        ;;
    '--ticket')
        return
        ;;
    '--require-guarantee')
        return
        ;;
    '--undo-timeout')
        return
        ;;
    '-o'|'--output')
        __petstore-cli_add_completions -W 'table'$'\n''wide'$'\n''json'$'\n''yaml'$'\n''name'
        return
        ;;
    '--command')
        return
        ;;
    '-n'|'--namespace')
        return
        ;;
    '--context')
        return
        ;;
    '--kubeconfig')
        return
        ;;
    '-v'|'--verbosity')
        return
        ;;
    esac
}

_petstore-cli_edit() {
    repeating_flags=()
    non_repeating_flags=(--temporary -y --yes --no-wait --show-secrets --sandbox --version -h --help)
    repeating_options=()
    non_repeating_options=(--ttl --reason --ticket --require-guarantee --undo-timeout -o --output -n --namespace --context --kubeconfig -v --verbosity)
    __petstore-cli_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--ttl')
        return
        ;;
    '--reason')
        return
        ;;
    '--ticket')
        return
        ;;
    '--require-guarantee')
        return
        ;;
    '--undo-timeout')
        return
        ;;
    '-o'|'--output')
        __petstore-cli_add_completions -W 'table'$'\n''wide'$'\n''json'$'\n''yaml'$'\n''name'
        return
        ;;
    '-n'|'--namespace')
        return
        ;;
    '--context')
        return
        ;;
    '--kubeconfig')
        return
        ;;
    '-v'|'--verbosity')
        return
        ;;
    esac
}

_petstore-cli_pause() {
    repeating_flags=()
    non_repeating_flags=(-y --yes --no-wait --sandbox --version -h --help)
    repeating_options=()
    non_repeating_options=(--ttl --reason --ticket --require-guarantee --undo-timeout -o --output -n --namespace --context --kubeconfig -v --verbosity)
    __petstore-cli_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--ttl')
        return
        ;;
    '--reason')
        return
        ;;
    '--ticket')
        return
        ;;
    '--require-guarantee')
        return
        ;;
    '--undo-timeout')
        return
        ;;
    '-o'|'--output')
        __petstore-cli_add_completions -W 'table'$'\n''wide'$'\n''json'$'\n''yaml'$'\n''name'
        return
        ;;
    '-n'|'--namespace')
        return
        ;;
    '--context')
        return
        ;;
    '--kubeconfig')
        return
        ;;
    '-v'|'--verbosity')
        return
        ;;
    esac
}

_petstore-cli_unpause() {
    repeating_flags=()
    non_repeating_flags=(-y --yes --no-wait --sandbox --version -h --help)
    repeating_options=()
    non_repeating_options=(--ttl --reason --ticket --require-guarantee --undo-timeout -o --output -n --namespace --context --kubeconfig -v --verbosity)
    __petstore-cli_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--ttl')
        return
        ;;
    '--reason')
        return
        ;;
    '--ticket')
        return
        ;;
    '--require-guarantee')
        return
        ;;
    '--undo-timeout')
        return
        ;;
    '-o'|'--output')
        __petstore-cli_add_completions -W 'table'$'\n''wide'$'\n''json'$'\n''yaml'$'\n''name'
        return
        ;;
    '-n'|'--namespace')
        return
        ;;
    '--context')
        return
        ;;
    '--kubeconfig')
        return
        ;;
    '-v'|'--verbosity')
        return
        ;;
    esac
}

_petstore-cli_refresh() {
    repeating_flags=()
    non_repeating_flags=(--no-wait --sandbox --version -h --help)
    repeating_options=()
    non_repeating_options=(--timeout -o --output -n --namespace --context --kubeconfig -v --verbosity)
    __petstore-cli_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--timeout')
        return
        ;;
    '-o'|'--output')
        __petstore-cli_add_completions -W 'table'$'\n''wide'$'\n''json'$'\n''yaml'$'\n''name'
        return
        ;;
    '-n'|'--namespace')
        return
        ;;
    '--context')
        return
        ;;
    '--kubeconfig')
        return
        ;;
    '-v'|'--verbosity')
        return
        ;;
    esac
}

_petstore-cli_create() {
    repeating_flags=()
    non_repeating_flags=(--temporary -y --yes --no-wait --sandbox --version -h --help)
    repeating_options=(--command)
    non_repeating_options=(-f --filename --for --on-delete --purpose --ttl --reason --ticket --require-guarantee --undo-timeout -o --output -n --namespace --context --kubeconfig -v --verbosity)
    __petstore-cli_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '-f'|'--filename')
        return
        ;;
    '--for')
        return
        ;;
    '--on-delete')
        __petstore-cli_add_completions -W 'delete'$'\n''orphan'$'\n''restore'
        return
        ;;
    '--purpose')
        return
        ;;
    '--ttl')
        return
        ;;
    '--reason')
        return
        ;;
    '--ticket')
        return
        ;;
    '--require-guarantee')
        return
        ;;
    '--undo-timeout')
        return
        ;;
    '-o'|'--output')
        __petstore-cli_add_completions -W 'table'$'\n''wide'$'\n''json'$'\n''yaml'$'\n''name'
        return
        ;;
    '--command')
        return
        ;;
    '-n'|'--namespace')
        return
        ;;
    '--context')
        return
        ;;
    '--kubeconfig')
        return
        ;;
    '-v'|'--verbosity')
        return
        ;;
    esac
}

_petstore-cli_delete() {
    repeating_flags=()
    non_repeating_flags=(-y --yes --no-wait --sandbox --version -h --help)
    repeating_options=()
    non_repeating_options=(--on-delete --timeout -o --output -n --namespace --context --kubeconfig -v --verbosity)
    __petstore-cli_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--on-delete')
        __petstore-cli_add_completions -W 'delete'$'\n''orphan'$'\n''restore'
        return
        ;;
    '--timeout')
        return
        ;;
    '-o'|'--output')
        __petstore-cli_add_completions -W 'table'$'\n''wide'$'\n''json'$'\n''yaml'$'\n''name'
        return
        ;;
    '-n'|'--namespace')
        return
        ;;
    '--context')
        return
        ;;
    '--kubeconfig')
        return
        ;;
    '-v'|'--verbosity')
        return
        ;;
    esac
}

_petstore-cli_changes() {
    repeating_flags=()
    non_repeating_flags=(--sandbox --version -h --help)
    repeating_options=()
    non_repeating_options=(--session -o --output -n --namespace --context --kubeconfig -v --verbosity)
    __petstore-cli_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--session')
        return
        ;;
    '-o'|'--output')
        __petstore-cli_add_completions -W 'table'$'\n''wide'$'\n''json'$'\n''yaml'$'\n''name'
        return
        ;;
    '-n'|'--namespace')
        return
        ;;
    '--context')
        return
        ;;
    '--kubeconfig')
        return
        ;;
    '-v'|'--verbosity')
        return
        ;;
    esac
}

_petstore-cli_undo() {
    repeating_flags=()
    non_repeating_flags=(--no-wait --sandbox --version -h --help)
    repeating_options=()
    non_repeating_options=(--session -o --output --undo-timeout -n --namespace --context --kubeconfig -v --verbosity)
    __petstore-cli_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--session')
        return
        ;;
    '-o'|'--output')
        __petstore-cli_add_completions -W 'table'$'\n''wide'$'\n''json'$'\n''yaml'$'\n''name'
        return
        ;;
    '--undo-timeout')
        return
        ;;
    '-n'|'--namespace')
        return
        ;;
    '--context')
        return
        ;;
    '--kubeconfig')
        return
        ;;
    '-v'|'--verbosity')
        return
        ;;
    esac
}

_petstore-cli_keep() {
    repeating_flags=()
    non_repeating_flags=(--sandbox --version -h --help)
    repeating_options=()
    non_repeating_options=(--session -o --output -n --namespace --context --kubeconfig -v --verbosity)
    __petstore-cli_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--session')
        return
        ;;
    '-o'|'--output')
        __petstore-cli_add_completions -W 'table'$'\n''wide'$'\n''json'$'\n''yaml'$'\n''name'
        return
        ;;
    '-n'|'--namespace')
        return
        ;;
    '--context')
        return
        ;;
    '--kubeconfig')
        return
        ;;
    '-v'|'--verbosity')
        return
        ;;
    esac
}

_petstore-cli_session() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=()
    __petstore-cli_offer_flags_options 0

    # Offer subcommand / subcommand argument completions
    local -r subcommand="${unparsed_words[0]}"
    unset 'unparsed_words[0]'
    unparsed_words=("${unparsed_words[@]}")
    case "${subcommand}" in
    list|show|transcript|detach|attach|recover|forget)
        # Offer subcommand argument completions
        "_petstore-cli_session_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'list show transcript detach attach recover forget' -- "${cur}"))
        ;;
    esac
}

_petstore-cli_session_list() {
    repeating_flags=()
    non_repeating_flags=(--ended --version -h --help)
    repeating_options=()
    non_repeating_options=(-o --output)
    __petstore-cli_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '-o'|'--output')
        __petstore-cli_add_completions -W 'table'$'\n''wide'$'\n''json'$'\n''yaml'$'\n''name'
        return
        ;;
    esac
}

_petstore-cli_session_show() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=(-o --output)
    __petstore-cli_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '-o'|'--output')
        __petstore-cli_add_completions -W 'table'$'\n''wide'$'\n''json'$'\n''yaml'$'\n''name'
        return
        ;;
    esac
}

_petstore-cli_session_transcript() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=(-o --output)
    __petstore-cli_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '-o'|'--output')
        __petstore-cli_add_completions -W 'table'$'\n''wide'$'\n''json'$'\n''yaml'$'\n''name'
        return
        ;;
    esac
}

_petstore-cli_session_detach() {
    repeating_flags=()
    non_repeating_flags=(--sandbox --version -h --help)
    repeating_options=()
    non_repeating_options=(-n --namespace --context --kubeconfig -v --verbosity)
    __petstore-cli_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '-n'|'--namespace')
        return
        ;;
    '--context')
        return
        ;;
    '--kubeconfig')
        return
        ;;
    '-v'|'--verbosity')
        return
        ;;
    esac
}

_petstore-cli_session_attach() {
    repeating_flags=()
    non_repeating_flags=(--sandbox --version -h --help)
    repeating_options=()
    non_repeating_options=(-n --namespace --context --kubeconfig -v --verbosity)
    __petstore-cli_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '-n'|'--namespace')
        return
        ;;
    '--context')
        return
        ;;
    '--kubeconfig')
        return
        ;;
    '-v'|'--verbosity')
        return
        ;;
    esac
}

_petstore-cli_session_recover() {
    repeating_flags=()
    non_repeating_flags=(-y --yes --no-wait --sandbox --version -h --help)
    repeating_options=()
    non_repeating_options=(--undo-timeout -n --namespace --context --kubeconfig -v --verbosity)
    __petstore-cli_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--undo-timeout')
        return
        ;;
    '-n'|'--namespace')
        return
        ;;
    '--context')
        return
        ;;
    '--kubeconfig')
        return
        ;;
    '-v'|'--verbosity')
        return
        ;;
    esac
}

_petstore-cli_session_forget() {
    repeating_flags=()
    non_repeating_flags=(-y --yes --version -h --help)
    repeating_options=()
    non_repeating_options=()
    __petstore-cli_offer_flags_options 1
}

_petstore-cli_init() {
    repeating_flags=()
    non_repeating_flags=(--sandbox --version -h --help)
    repeating_options=()
    non_repeating_options=(-o --output -n --namespace --context --kubeconfig -v --verbosity)
    __petstore-cli_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '-o'|'--output')
        __petstore-cli_add_completions -W 'table'$'\n''wide'$'\n''json'$'\n''yaml'$'\n''name'
        return
        ;;
    '-n'|'--namespace')
        return
        ;;
    '--context')
        return
        ;;
    '--kubeconfig')
        return
        ;;
    '-v'|'--verbosity')
        return
        ;;
    esac
}

_petstore-cli_shell() {
    repeating_flags=()
    non_repeating_flags=(--no-wait --sandbox --version -h --help)
    repeating_options=()
    non_repeating_options=(-c --command -f --file --undo-timeout -n --namespace --context --kubeconfig -v --verbosity)
    __petstore-cli_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '-c'|'--command')
        return
        ;;
    '-f'|'--file')
        return
        ;;
    '--undo-timeout')
        return
        ;;
    '-n'|'--namespace')
        return
        ;;
    '--context')
        return
        ;;
    '--kubeconfig')
        return
        ;;
    '-v'|'--verbosity')
        return
        ;;
    esac
}

_petstore-cli_sandbox() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=()
    __petstore-cli_offer_flags_options 0

    # Offer subcommand / subcommand argument completions
    local -r subcommand="${unparsed_words[0]}"
    unset 'unparsed_words[0]'
    unparsed_words=("${unparsed_words[@]}")
    case "${subcommand}" in
    start|status|stop|kubeconfig|reset|fault|operate)
        # Offer subcommand argument completions
        "_petstore-cli_sandbox_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'start status stop kubeconfig reset fault operate' -- "${cur}"))
        ;;
    esac
}

_petstore-cli_sandbox_start() {
    repeating_flags=()
    non_repeating_flags=(--foreground --version -h --help)
    repeating_options=()
    non_repeating_options=(--port -o --output)
    __petstore-cli_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--port')
        return
        ;;
    '-o'|'--output')
        __petstore-cli_add_completions -W 'table'$'\n''wide'$'\n''json'$'\n''yaml'$'\n''name'
        return
        ;;
    esac
}

_petstore-cli_sandbox_status() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=(-o --output)
    __petstore-cli_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '-o'|'--output')
        __petstore-cli_add_completions -W 'table'$'\n''wide'$'\n''json'$'\n''yaml'$'\n''name'
        return
        ;;
    esac
}

_petstore-cli_sandbox_stop() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=()
    __petstore-cli_offer_flags_options 0
}

_petstore-cli_sandbox_kubeconfig() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=()
    __petstore-cli_offer_flags_options 0
}

_petstore-cli_sandbox_reset() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=()
    __petstore-cli_offer_flags_options 0
}

_petstore-cli_sandbox_fault() {
    repeating_flags=()
    non_repeating_flags=(--fail --down --list --clear --version -h --help)
    repeating_options=()
    non_repeating_options=(--instance --latency --drift --api --method --verb --resource -n --namespace --name --path --client --nth --count --retry-after -o --output)
    __petstore-cli_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--instance')
        return
        ;;
    '--latency')
        return
        ;;
    '--drift')
        return
        ;;
    '--api')
        return
        ;;
    '--method')
        __petstore-cli_add_completions -W 'GET'$'\n''HEAD'$'\n''POST'$'\n''PUT'$'\n''PATCH'$'\n''DELETE'
        return
        ;;
    '--verb')
        __petstore-cli_add_completions -W 'get'$'\n''list'$'\n''watch'$'\n''create'$'\n''update'$'\n''patch'$'\n''delete'$'\n''deletecollection'
        return
        ;;
    '--resource')
        return
        ;;
    '-n'|'--namespace')
        return
        ;;
    '--name')
        return
        ;;
    '--path')
        return
        ;;
    '--client')
        return
        ;;
    '--nth')
        return
        ;;
    '--count')
        return
        ;;
    '--retry-after')
        return
        ;;
    '-o'|'--output')
        __petstore-cli_add_completions -W 'table'$'\n''wide'$'\n''json'$'\n''yaml'$'\n''name'
        return
        ;;
    esac
}

_petstore-cli_sandbox_operate() {
    repeating_flags=()
    non_repeating_flags=(--seed --sandbox --version -h --help)
    repeating_options=()
    non_repeating_options=(-n --namespace --context --kubeconfig -v --verbosity)
    __petstore-cli_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '-n'|'--namespace')
        return
        ;;
    '--context')
        return
        ;;
    '--kubeconfig')
        return
        ;;
    '-v'|'--verbosity')
        return
        ;;
    esac
}

_petstore-cli_version() {
    repeating_flags=()
    non_repeating_flags=(--remote --sandbox --version -h --help)
    repeating_options=()
    non_repeating_options=(-o --output -n --namespace --context --kubeconfig -v --verbosity)
    __petstore-cli_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '-o'|'--output')
        __petstore-cli_add_completions -W 'table'$'\n''wide'$'\n''json'$'\n''yaml'$'\n''name'
        return
        ;;
    '-n'|'--namespace')
        return
        ;;
    '--context')
        return
        ;;
    '--kubeconfig')
        return
        ;;
    '-v'|'--verbosity')
        return
        ;;
    esac
}

_petstore-cli_completion() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=()
    __petstore-cli_offer_flags_options 1

    # Offer positional completions
    case "${positional_number}" in
    1)
        __petstore-cli_add_completions -W 'bash'$'\n''zsh'$'\n''fish'
        return
        ;;
    esac
}

_petstore-cli_help() {
    repeating_flags=()
    non_repeating_flags=(--version)
    repeating_options=()
    non_repeating_options=()
    __petstore-cli_offer_flags_options -1
}

complete -o filenames -F _petstore-cli petstore-cli
