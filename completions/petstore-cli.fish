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
