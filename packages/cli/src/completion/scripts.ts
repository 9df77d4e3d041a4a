/** What completes `kroot` in each shell: it asks the program, which knows contexts, namespaces and names. */
export const COMPLETION_SCRIPTS: Readonly<Record<Shell, string>> = {
  bash: `# kroot completion for bash: source <(kroot completion bash)
_kroot() {
  local line files=
  COMPREPLY=()
  while IFS= read -r line; do
    case $line in
      :0) files=1 ;;
      :*) ;;
      *) COMPREPLY+=("$line") ;;
    esac
  done < <(kroot __complete "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  type compopt >/dev/null 2>&1 || return 0
  [[ -n $files ]] || compopt +o default 2>/dev/null
  [[ \${#COMPREPLY[@]} -ne 1 || \${COMPREPLY[0]} != */ ]] || compopt -o nospace 2>/dev/null
}
complete -o default -F _kroot kroot
`,
  zsh: `#compdef kroot
# kroot completion for zsh: source <(kroot completion zsh), after compinit
_kroot() {
  local -a lines open closed
  local line files=
  lines=("\${(@f)$(kroot __complete "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  for line in $lines; do
    case $line in
      :0) files=1 ;;
      :*) ;;
      */) open+=("$line") ;;
      *) closed+=("$line") ;;
    esac
  done
  if [[ -n $files ]]; then _files; return; fi
  (( \${#open} )) && compadd -S '' -- $open
  (( \${#closed} )) && compadd -- $closed
}
compdef _kroot kroot
`,
  fish: `# kroot completion for fish: kroot completion fish | source
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
`,
  kubectl: `#!/bin/sh
# completion of "kubectl kroot" in the shell that completes kubectl:
# kroot completion kubectl >FOLDER/kubectl_complete-kroot, executable, in a folder of PATH
exec kroot __complete "$@"
`,
};

/** What there is a completion for: shells, and kubectl, which asks a program of its own name for plugins. */
export const SHELLS = ['bash', 'zsh', 'fish', 'kubectl'] as const;

/** One of them. */
export type Shell = (typeof SHELLS)[number];
