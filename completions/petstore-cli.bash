# bash completion for petstore-cli: source <(petstore-cli completion bash)
_petstore_cli() {
    local line="${COMP_LINE:0:COMP_POINT}" word cut directive answer
    local -a words
    read -ra words <<< "$line"
    case "$line" in *[[:blank:]]) words+=("") ;; esac
    word="${words[${#words[@]}-1]}"
    cut="${word%"${word##*[=:]}"}"
    COMPREPLY=()
    answer="$("${words[0]}" __complete "${words[@]:1}" 2>/dev/null)" || return
    directive="${answer##*:}"
    while IFS= read -r line; do
        case "$line" in :[0-9]*|"") continue ;; esac
        line="${line%%$'\t'*}"
        COMPREPLY+=("${line#"$cut"}")
    done <<< "$answer"
    if (( directive & 2 )); then compopt -o nospace 2>/dev/null; fi
    if (( (directive & 4) == 0 )); then
        compopt -o filenames 2>/dev/null
        while IFS= read -r line; do COMPREPLY+=("$line"); done \
            < <(compgen -f -- "${word#"$cut"}")
    fi
}
complete -F _petstore_cli petstore-cli
