# kroot completion for fish: kroot completion fish | source
function __kroot_complete
    set -l words (commandline -opc) (commandline -ct)
    for line in (kroot __complete $words[2..-1] 2>/dev/null)
        switch $line
            case ':0'
                __fish_complete_path (commandline -ct)
            case ':*'
            case '*'
                echo $line
        end
    end
end
complete -c kroot -f -a '(__kroot_complete)'
