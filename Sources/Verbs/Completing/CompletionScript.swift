/// What makes a shell ask us for the words that could stand at the cursor.
///
/// The scripts know nothing of commands, flags or objects: they hand the line to `__complete` and
/// show what it answers, so what they offer is what this very program understands.
package enum CompletionScript {
    package enum Shell: String, Sendable, CaseIterable {
        case bash, zsh, fish
    }

    package static func text(for shell: Shell) -> String {
        switch shell {
        case .bash: bash
        case .zsh: zsh
        case .fish: fish
        }
    }

    /// Works without the package bash-completion and with bash 3.2, which macOS has.
    ///
    /// bash takes `=` and `:` for the ends of words and replaces only what stands behind the last
    /// one, so the line is split anew, and what stands before it is cut off the candidates.
    private static let bash = #"""
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
        """# + "\n"

    private static let zsh = #"""
        #compdef petstore-cli
        # zsh completion for petstore-cli: put it into a folder of fpath as _petstore-cli
        _petstore_cli() {
            local answer line directive
            local -a names notes blank
            answer="$("${words[1]}" __complete "${(@Q)words[2,CURRENT]}" 2>/dev/null)" || return
            directive="${answer##*:}"
            for line in "${(@f)answer}"; do
                [[ -z "$line" || "$line" == :[0-9]* ]] && continue
                names+=("${line%%$'\t'*}")
                notes+=("${line/$'\t'/  }")
            done
            (( directive & 2 )) && blank=(-S '')
            (( (directive & 4) == 0 )) && _files
            (( $#names )) && compadd "${blank[@]}" -l -d notes -a names
        }
        if [[ "$funcstack[1]" == _petstore-cli ]]; then _petstore_cli; else compdef _petstore_cli petstore-cli; fi
        """# + "\n"

    private static let fish = #"""
        # fish completion for petstore-cli: petstore-cli completion fish | source
        function __petstore_cli_complete
            set -l words (commandline -opc)
            set -l current (commandline -ct)
            set -l answer ($words[1] __complete $words[2..-1] "$current" 2>/dev/null)
            or return
            set -l directive (string sub -s 2 -- $answer[-1])
            if test (math "floor($directive / 4) % 2") -eq 0
                __fish_complete_path "$current"
            end
            set -e answer[-1]
            for line in $answer
                echo $line
            end
        end
        complete -c petstore-cli -f -a '(__petstore_cli_complete)'
        """# + "\n"
}
