function __petstore-cli_should_offer_completions_for_flags_or_options -a expected_commands
    set -l non_repeating_flags_or_options $argv[2..]
    set -l non_repeating_flags_or_options_absent 0
    set -l positional_index 0
    set -l commands
    __petstore-cli_parse_tokens
    test "$commands" = "$expected_commands"; and return $non_repeating_flags_or_options_absent
end

function __petstore-cli_should_offer_completions_for_positional -a expected_commands positional_index_comparison expected_positional_index
    set -l non_repeating_flags_or_options
    set -l non_repeating_flags_or_options_absent 0
    set -l positional_index 0
    set -l commands
    __petstore-cli_parse_tokens
    test "$commands" = "$expected_commands" -a \( "$positional_index" "$positional_index_comparison" "$expected_positional_index" \)
end

function __petstore-cli_parse_tokens -S
    set -l unparsed_tokens (__petstore-cli_tokens -pc)
    switch $unparsed_tokens[1]
    case 'petstore-cli'
        __petstore-cli_parse_subcommand 0 'version' 'h/help'
        switch $unparsed_tokens[1]
        case 'get'
            __petstore-cli_parse_subcommand -r 1 'o/output=' 'l/selector=' 'field-selector=' 'A/all-namespaces' 'show-response' 'show-managed-fields' 'no-headers' 'chunk-size=' 'show-secrets' 'n/namespace=' 'context=' 'kubeconfig=' 'sandbox' 'v/verbosity=' 'version' 'h/help'
        case 'describe'
            __petstore-cli_parse_subcommand -r 1 'o/output=' 'l/selector=' 'show-secrets' 'n/namespace=' 'context=' 'kubeconfig=' 'sandbox' 'v/verbosity=' 'version' 'h/help'
        case 'status'
            __petstore-cli_parse_subcommand 1 'o/output=' 'A/all-namespaces' 'n/namespace=' 'context=' 'kubeconfig=' 'sandbox' 'v/verbosity=' 'version' 'h/help'
        case 'patch'
            __petstore-cli_parse_subcommand -r 1 'spec=' 'rollback-on-exit' 'for=' 'reason=' 'ticket=' 'dry-run' 'y/yes' 'o/output=' 'command=+' 'n/namespace=' 'context=' 'kubeconfig=' 'sandbox' 'v/verbosity=' 'version' 'h/help'
        case 'changes'
            __petstore-cli_parse_subcommand 0 'session=' 'o/output=' 'n/namespace=' 'context=' 'kubeconfig=' 'sandbox' 'v/verbosity=' 'version' 'h/help'
        case 'undo'
            __petstore-cli_parse_subcommand -r 1 'session=' 'o/output=' 'no-wait' 'n/namespace=' 'context=' 'kubeconfig=' 'sandbox' 'v/verbosity=' 'version' 'h/help'
        case 'keep'
            __petstore-cli_parse_subcommand -r 1 'session=' 'o/output=' 'n/namespace=' 'context=' 'kubeconfig=' 'sandbox' 'v/verbosity=' 'version' 'h/help'
        case 'session'
            __petstore-cli_parse_subcommand 0 'version' 'h/help'
            switch $unparsed_tokens[1]
            case 'list'
                __petstore-cli_parse_subcommand 0 'o/output=' 'version' 'h/help'
            case 'recover'
                __petstore-cli_parse_subcommand 1 'y/yes' 'n/namespace=' 'context=' 'kubeconfig=' 'sandbox' 'v/verbosity=' 'version' 'h/help'
            case 'forget'
                __petstore-cli_parse_subcommand 1 'y/yes' 'version' 'h/help'
            end
        case 'init'
            __petstore-cli_parse_subcommand 0 'o/output=' 'n/namespace=' 'context=' 'kubeconfig=' 'sandbox' 'v/verbosity=' 'version' 'h/help'
        case 'shell'
            __petstore-cli_parse_subcommand 0 'c/command=' 'f/file=' 'n/namespace=' 'context=' 'kubeconfig=' 'sandbox' 'v/verbosity=' 'version' 'h/help'
        case 'sandbox'
            __petstore-cli_parse_subcommand 0 'version' 'h/help'
            switch $unparsed_tokens[1]
            case 'start'
                __petstore-cli_parse_subcommand 0 'port=' 'foreground' 'o/output=' 'version' 'h/help'
            case 'status'
                __petstore-cli_parse_subcommand 0 'o/output=' 'version' 'h/help'
            case 'stop'
                __petstore-cli_parse_subcommand 0 'version' 'h/help'
            case 'kubeconfig'
                __petstore-cli_parse_subcommand 0 'version' 'h/help'
            case 'reset'
                __petstore-cli_parse_subcommand 0 'version' 'h/help'
            case 'fault'
                __petstore-cli_parse_subcommand 0 'instance=' 'fail' 'latency=' 'drift=' 'clear' 'version' 'h/help'
            case 'operate'
                __petstore-cli_parse_subcommand 0 'seed' 'n/namespace=' 'context=' 'kubeconfig=' 'sandbox' 'v/verbosity=' 'version' 'h/help'
            end
        case 'version'
            __petstore-cli_parse_subcommand 0 'remote' 'o/output=' 'n/namespace=' 'context=' 'kubeconfig=' 'sandbox' 'v/verbosity=' 'version' 'h/help'
        case 'completion'
            __petstore-cli_parse_subcommand 1 'version' 'h/help'
        case 'help'
            __petstore-cli_parse_subcommand -r 1 'version'
        end
    end
end

function __petstore-cli_tokens
    if test (string split -m 1 -f 1 -- . "$FISH_VERSION") -gt 3
        commandline --tokens-raw $argv
    else
        commandline -o $argv
    end
end

function __petstore-cli_parse_subcommand -S -a positional_count
    argparse -s r -- $argv
    set -l option_specs $argv[2..]
    set -l is_repeating_positional $_flag_r
    set -el _flag_r
    set -a commands $unparsed_tokens[1]
    set positional_index 0
    while true
        set -e unparsed_tokens[1]
        argparse -sn "$commands" $option_specs -- $unparsed_tokens 2> /dev/null
        set unparsed_tokens $argv
        set positional_index (math $positional_index + 1)
        for non_repeating_flag_or_option in $non_repeating_flags_or_options
            if set -ql "_flag_$(string replace -a - _ -- $non_repeating_flag_or_option)"
                set non_repeating_flags_or_options_absent 1
                break
            end
        end
        test (count $unparsed_tokens) -eq 0 -o \( -z "$is_repeating_positional" -a "$positional_index" -gt "$positional_count" \) && break
    end
end

function __petstore-cli_complete_directories
    set -l token (commandline -t)
    string match -- '*/' $token
    set -l subdirs $token*/
    printf %s\n $subdirs
end

function __petstore-cli_custom_completion
    set -x SAP_SHELL fish
    set -x SAP_SHELL_VERSION $FISH_VERSION
    set -l tokens (__petstore-cli_tokens -p)
    if test -z "$(__petstore-cli_tokens -t)"
        set -l index (count (__petstore-cli_tokens -pc))
        set tokens $tokens[..$index] \'\' $tokens[(math $index + 1)..]
    end
    command $tokens[1] $argv $tokens
end

complete -c 'petstore-cli' -f
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli" version' -l 'version' -d 'Show the version.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_positional "petstore-cli" -eq 1' -fa 'get' -d 'Show resources.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_positional "petstore-cli" -eq 1' -fa 'describe' -d 'Show everything about a resource.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_positional "petstore-cli" -eq 1' -fa 'status' -d 'Show health, and which resources failed.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_positional "petstore-cli" -eq 1' -fa 'patch' -d 'Change fields of a resource.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_positional "petstore-cli" -eq 1' -fa 'changes' -d 'Show the changes that are to be undone.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_positional "petstore-cli" -eq 1' -fa 'undo' -d 'Take changes back now.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_positional "petstore-cli" -eq 1' -fa 'keep' -d 'Make temporary changes permanent.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_positional "petstore-cli" -eq 1' -fa 'session' -d 'Find and finish what earlier sessions left.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_positional "petstore-cli" -eq 1' -fa 'init' -d 'Find generated APIs, their operator and their pods.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_positional "petstore-cli" -eq 1' -fa 'shell' -d 'Open the interactive shell.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_positional "petstore-cli" -eq 1' -fa 'sandbox' -d 'Run the embedded cluster as a process of its own.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_positional "petstore-cli" -eq 1' -fa 'version' -d 'Print the version.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_positional "petstore-cli" -eq 1' -fa 'completion' -d 'Print a completion script.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_positional "petstore-cli" -eq 1' -fa 'help' -d 'Show subcommand help information.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli get" o output' -s 'o' -l 'output' -d 'The format of the result: table, wide, json, yaml or name.' -rfka 'table wide json yaml name'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli get" l selector' -s 'l' -l 'selector' -d 'Only objects with these labels: environment=production,tier in (a,b),!old' -rfka ''
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli get" field-selector' -l 'field-selector' -d 'Only objects with these fields, as far as the server knows the fields.' -rfka ''
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli get" A all-namespaces' -s 'A' -l 'all-namespaces' -d 'Look in all namespaces.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli get" show-response' -l 'show-response' -d 'Show what the application\'s API answered for each object.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli get" show-managed-fields' -l 'show-managed-fields' -d 'Show metadata.managedFields too, in json and yaml.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli get" no-headers' -l 'no-headers' -d 'Leave the heading line away.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli get" chunk-size' -l 'chunk-size' -d 'How many objects to fetch at a time; 0 = all at once.' -rfka ''
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli get" show-secrets' -l 'show-secrets' -d 'Show passwords, tokens and the like instead of hiding them on the screen.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli get" n namespace' -s 'n' -l 'namespace' -d 'The namespace to work in (default: the context\'s).' -rfka ''
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli get" context' -l 'context' -d 'The context of the kubeconfig to use.' -rfka ''
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli get" kubeconfig' -l 'kubeconfig' -d 'The kubeconfig to use, in place of the list in KUBECONFIG.' -rfka ''
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli get" sandbox' -l 'sandbox' -d 'Work on an embedded cluster in this process; it is gone afterwards.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli get" v verbosity' -s 'v' -l 'verbosity' -d 'Tell about calls on stderr: 6 = method, URL, status and time; secrets are hidden.' -rfka ''
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli get" version' -l 'version' -d 'Show the version.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli get" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli describe" o output' -s 'o' -l 'output' -d 'The format of the result: table, wide, json, yaml or name.' -rfka 'table wide json yaml name'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli describe" l selector' -s 'l' -l 'selector' -d 'Only objects with these labels.' -rfka ''
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli describe" show-secrets' -l 'show-secrets' -d 'Show passwords, tokens and the like instead of hiding them on the screen.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli describe" n namespace' -s 'n' -l 'namespace' -d 'The namespace to work in (default: the context\'s).' -rfka ''
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli describe" context' -l 'context' -d 'The context of the kubeconfig to use.' -rfka ''
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli describe" kubeconfig' -l 'kubeconfig' -d 'The kubeconfig to use, in place of the list in KUBECONFIG.' -rfka ''
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli describe" sandbox' -l 'sandbox' -d 'Work on an embedded cluster in this process; it is gone afterwards.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli describe" v verbosity' -s 'v' -l 'verbosity' -d 'Tell about calls on stderr: 6 = method, URL, status and time; secrets are hidden.' -rfka ''
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli describe" version' -l 'version' -d 'Show the version.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli describe" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli status" o output' -s 'o' -l 'output' -d 'The format of the result: table, wide, json, yaml or name.' -rfka 'table wide json yaml name'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli status" A all-namespaces' -s 'A' -l 'all-namespaces' -d 'Look in all namespaces.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli status" n namespace' -s 'n' -l 'namespace' -d 'The namespace to work in (default: the context\'s).' -rfka ''
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli status" context' -l 'context' -d 'The context of the kubeconfig to use.' -rfka ''
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli status" kubeconfig' -l 'kubeconfig' -d 'The kubeconfig to use, in place of the list in KUBECONFIG.' -rfka ''
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli status" sandbox' -l 'sandbox' -d 'Work on an embedded cluster in this process; it is gone afterwards.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli status" v verbosity' -s 'v' -l 'verbosity' -d 'Tell about calls on stderr: 6 = method, URL, status and time; secrets are hidden.' -rfka ''
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli status" version' -l 'version' -d 'Show the version.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli status" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli patch" spec' -l 'spec' -d 'The fields as JSON, merged into the spec; null removes.' -rfka ''
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli patch" rollback-on-exit' -l 'rollback-on-exit' -d 'Undo the change when the shell, the command or the hold ends.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli patch" for' -l 'for' -d 'Undo after that time, such as 10m.' -rfka ''
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli patch" reason' -l 'reason' -d 'Why; goes into an annotation while the change lasts.' -rfka ''
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli patch" ticket' -l 'ticket' -d 'The ticket; goes into an annotation while the change lasts.' -rfka ''
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli patch" dry-run' -l 'dry-run' -d 'Show what the server would make of it; change nothing.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli patch" y yes' -s 'y' -l 'yes' -d 'Accept a change that cannot be undone.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli patch" o output' -s 'o' -l 'output' -d 'The format of the result: table, wide, json, yaml or name.' -rfka 'table wide json yaml name'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli patch"' -l 'command' -d 'The same as -- COMMAND…: run it while the change lasts.' -rfka ''
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli patch" n namespace' -s 'n' -l 'namespace' -d 'The namespace to work in (default: the context\'s).' -rfka ''
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli patch" context' -l 'context' -d 'The context of the kubeconfig to use.' -rfka ''
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli patch" kubeconfig' -l 'kubeconfig' -d 'The kubeconfig to use, in place of the list in KUBECONFIG.' -rfka ''
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli patch" sandbox' -l 'sandbox' -d 'Work on an embedded cluster in this process; it is gone afterwards.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli patch" v verbosity' -s 'v' -l 'verbosity' -d 'Tell about calls on stderr: 6 = method, URL, status and time; secrets are hidden.' -rfka ''
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli patch" version' -l 'version' -d 'Show the version.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli patch" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli changes" session' -l 'session' -d 'The session, by its id (see session list).' -rfka ''
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli changes" o output' -s 'o' -l 'output' -d 'The format of the result: table, wide, json, yaml or name.' -rfka 'table wide json yaml name'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli changes" n namespace' -s 'n' -l 'namespace' -d 'The namespace to work in (default: the context\'s).' -rfka ''
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli changes" context' -l 'context' -d 'The context of the kubeconfig to use.' -rfka ''
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli changes" kubeconfig' -l 'kubeconfig' -d 'The kubeconfig to use, in place of the list in KUBECONFIG.' -rfka ''
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli changes" sandbox' -l 'sandbox' -d 'Work on an embedded cluster in this process; it is gone afterwards.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli changes" v verbosity' -s 'v' -l 'verbosity' -d 'Tell about calls on stderr: 6 = method, URL, status and time; secrets are hidden.' -rfka ''
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli changes" version' -l 'version' -d 'Show the version.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli changes" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli undo" session' -l 'session' -d 'The session, by its id (see session list).' -rfka ''
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli undo" o output' -s 'o' -l 'output' -d 'The format of the result: table, wide, json, yaml or name.' -rfka 'table wide json yaml name'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli undo" no-wait' -l 'no-wait' -d 'Do not wait until the operator has carried the values to the API.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli undo" n namespace' -s 'n' -l 'namespace' -d 'The namespace to work in (default: the context\'s).' -rfka ''
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli undo" context' -l 'context' -d 'The context of the kubeconfig to use.' -rfka ''
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli undo" kubeconfig' -l 'kubeconfig' -d 'The kubeconfig to use, in place of the list in KUBECONFIG.' -rfka ''
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli undo" sandbox' -l 'sandbox' -d 'Work on an embedded cluster in this process; it is gone afterwards.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli undo" v verbosity' -s 'v' -l 'verbosity' -d 'Tell about calls on stderr: 6 = method, URL, status and time; secrets are hidden.' -rfka ''
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli undo" version' -l 'version' -d 'Show the version.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli undo" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli keep" session' -l 'session' -d 'The session, by its id (see session list).' -rfka ''
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli keep" o output' -s 'o' -l 'output' -d 'The format of the result: table, wide, json, yaml or name.' -rfka 'table wide json yaml name'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli keep" n namespace' -s 'n' -l 'namespace' -d 'The namespace to work in (default: the context\'s).' -rfka ''
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli keep" context' -l 'context' -d 'The context of the kubeconfig to use.' -rfka ''
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli keep" kubeconfig' -l 'kubeconfig' -d 'The kubeconfig to use, in place of the list in KUBECONFIG.' -rfka ''
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli keep" sandbox' -l 'sandbox' -d 'Work on an embedded cluster in this process; it is gone afterwards.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli keep" v verbosity' -s 'v' -l 'verbosity' -d 'Tell about calls on stderr: 6 = method, URL, status and time; secrets are hidden.' -rfka ''
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli keep" version' -l 'version' -d 'Show the version.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli keep" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli session" version' -l 'version' -d 'Show the version.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli session" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_positional "petstore-cli session" -eq 1' -fa 'list' -d 'Show the sessions that have a journal here.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_positional "petstore-cli session" -eq 1' -fa 'recover' -d 'Undo what an earlier session left.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_positional "petstore-cli session" -eq 1' -fa 'forget' -d 'Delete the journal of a session.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli session list" o output' -s 'o' -l 'output' -d 'The format of the result: table, wide, json, yaml or name.' -rfka 'table wide json yaml name'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli session list" version' -l 'version' -d 'Show the version.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli session list" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli session recover" y yes' -s 'y' -l 'yes' -d 'Do not ask.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli session recover" n namespace' -s 'n' -l 'namespace' -d 'The namespace to work in (default: the context\'s).' -rfka ''
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli session recover" context' -l 'context' -d 'The context of the kubeconfig to use.' -rfka ''
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli session recover" kubeconfig' -l 'kubeconfig' -d 'The kubeconfig to use, in place of the list in KUBECONFIG.' -rfka ''
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli session recover" sandbox' -l 'sandbox' -d 'Work on an embedded cluster in this process; it is gone afterwards.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli session recover" v verbosity' -s 'v' -l 'verbosity' -d 'Tell about calls on stderr: 6 = method, URL, status and time; secrets are hidden.' -rfka ''
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli session recover" version' -l 'version' -d 'Show the version.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli session recover" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli session forget" y yes' -s 'y' -l 'yes' -d 'Do not ask.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli session forget" version' -l 'version' -d 'Show the version.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli session forget" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli init" o output' -s 'o' -l 'output' -d 'The format of the result: table, wide, json, yaml or name.' -rfka 'table wide json yaml name'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli init" n namespace' -s 'n' -l 'namespace' -d 'The namespace to work in (default: the context\'s).' -rfka ''
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli init" context' -l 'context' -d 'The context of the kubeconfig to use.' -rfka ''
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli init" kubeconfig' -l 'kubeconfig' -d 'The kubeconfig to use, in place of the list in KUBECONFIG.' -rfka ''
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli init" sandbox' -l 'sandbox' -d 'Work on an embedded cluster in this process; it is gone afterwards.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli init" v verbosity' -s 'v' -l 'verbosity' -d 'Tell about calls on stderr: 6 = method, URL, status and time; secrets are hidden.' -rfka ''
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli init" version' -l 'version' -d 'Show the version.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli init" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli shell" c command' -s 'c' -l 'command' -d 'Run these commands, separated by ; and leave.' -rfka ''
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli shell" f file' -s 'f' -l 'file' -d 'Run the commands of a file; - is stdin.' -rfka ''
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli shell" n namespace' -s 'n' -l 'namespace' -d 'The namespace to work in (default: the context\'s).' -rfka ''
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli shell" context' -l 'context' -d 'The context of the kubeconfig to use.' -rfka ''
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli shell" kubeconfig' -l 'kubeconfig' -d 'The kubeconfig to use, in place of the list in KUBECONFIG.' -rfka ''
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli shell" sandbox' -l 'sandbox' -d 'Work on an embedded cluster in this process; it is gone afterwards.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli shell" v verbosity' -s 'v' -l 'verbosity' -d 'Tell about calls on stderr: 6 = method, URL, status and time; secrets are hidden.' -rfka ''
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli shell" version' -l 'version' -d 'Show the version.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli shell" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli sandbox" version' -l 'version' -d 'Show the version.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli sandbox" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_positional "petstore-cli sandbox" -eq 1' -fa 'start' -d 'Start the sandbox.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_positional "petstore-cli sandbox" -eq 1' -fa 'status' -d 'Show whether the sandbox runs, and where.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_positional "petstore-cli sandbox" -eq 1' -fa 'stop' -d 'Stop the sandbox.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_positional "petstore-cli sandbox" -eq 1' -fa 'kubeconfig' -d 'Print the path of the sandbox\'s kubeconfig.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_positional "petstore-cli sandbox" -eq 1' -fa 'reset' -d 'Put the sandbox back to its first state.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_positional "petstore-cli sandbox" -eq 1' -fa 'fault' -d 'Make instances of the sandbox\'s service misbehave.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_positional "petstore-cli sandbox" -eq 1' -fa 'operate' -d 'Run the sandbox\'s operator and services against a cluster.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli sandbox start" port' -l 'port' -d 'The port on 127.0.0.1 (default: one that is free).' -rfka ''
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli sandbox start" foreground' -l 'foreground' -d 'Serve in this process, until Ctrl-C.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli sandbox start" o output' -s 'o' -l 'output' -d 'The format of the result: table, wide, json, yaml or name.' -rfka 'table wide json yaml name'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli sandbox start" version' -l 'version' -d 'Show the version.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli sandbox start" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli sandbox status" o output' -s 'o' -l 'output' -d 'The format of the result: table, wide, json, yaml or name.' -rfka 'table wide json yaml name'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli sandbox status" version' -l 'version' -d 'Show the version.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli sandbox status" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli sandbox stop" version' -l 'version' -d 'Show the version.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli sandbox stop" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli sandbox kubeconfig" version' -l 'version' -d 'Show the version.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli sandbox kubeconfig" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli sandbox reset" version' -l 'version' -d 'Show the version.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli sandbox reset" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli sandbox fault" instance' -l 'instance' -d 'The instance: 0, 1 or 2.' -rfka ''
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli sandbox fault" fail' -l 'fail' -d 'Answer every call with an error.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli sandbox fault" latency' -l 'latency' -d 'Answer every call that much later.' -rfka ''
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli sandbox fault" drift' -l 'drift' -d 'Change a stored object, such as pet/123:status=sold.' -rfka ''
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli sandbox fault" clear' -l 'clear' -d 'Take all faults away.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli sandbox fault" version' -l 'version' -d 'Show the version.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli sandbox fault" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli sandbox operate" seed' -l 'seed' -d 'Put the CRDs that are missing, and the pets and orders of the sandbox, there too.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli sandbox operate" n namespace' -s 'n' -l 'namespace' -d 'The namespace to work in (default: the context\'s).' -rfka ''
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli sandbox operate" context' -l 'context' -d 'The context of the kubeconfig to use.' -rfka ''
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli sandbox operate" kubeconfig' -l 'kubeconfig' -d 'The kubeconfig to use, in place of the list in KUBECONFIG.' -rfka ''
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli sandbox operate" sandbox' -l 'sandbox' -d 'Work on an embedded cluster in this process; it is gone afterwards.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli sandbox operate" v verbosity' -s 'v' -l 'verbosity' -d 'Tell about calls on stderr: 6 = method, URL, status and time; secrets are hidden.' -rfka ''
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli sandbox operate" version' -l 'version' -d 'Show the version.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli sandbox operate" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli version" remote' -l 'remote' -d 'Also ask the API server for its version.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli version" o output' -s 'o' -l 'output' -d 'The format of the result: table, wide, json, yaml or name.' -rfka 'table wide json yaml name'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli version" n namespace' -s 'n' -l 'namespace' -d 'The namespace to work in (default: the context\'s).' -rfka ''
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli version" context' -l 'context' -d 'The context of the kubeconfig to use.' -rfka ''
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli version" kubeconfig' -l 'kubeconfig' -d 'The kubeconfig to use, in place of the list in KUBECONFIG.' -rfka ''
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli version" sandbox' -l 'sandbox' -d 'Work on an embedded cluster in this process; it is gone afterwards.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli version" v verbosity' -s 'v' -l 'verbosity' -d 'Tell about calls on stderr: 6 = method, URL, status and time; secrets are hidden.' -rfka ''
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli version" version' -l 'version' -d 'Show the version.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli version" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_positional "petstore-cli completion" -eq 1' -fka 'bash zsh fish'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli completion" version' -l 'version' -d 'Show the version.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli completion" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'petstore-cli' -n '__petstore-cli_should_offer_completions_for_flags_or_options "petstore-cli help" version' -l 'version' -d 'Show the version.'
