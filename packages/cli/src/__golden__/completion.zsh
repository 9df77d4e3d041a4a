#compdef kroot
# kroot completion for zsh: source <(kroot completion zsh), after compinit
_kroot() {
  local -a lines open closed
  local line files=
  lines=("${(@f)$(kroot __complete "${(@)words[2,CURRENT]}" 2>/dev/null)}")
  for line in $lines; do
    case $line in
      :0) files=1 ;;
      :*) ;;
      */) open+=("$line") ;;
      *) closed+=("$line") ;;
    esac
  done
  if [[ -n $files ]]; then _files; return; fi
  (( ${#open} )) && compadd -S '' -- $open
  (( ${#closed} )) && compadd -- $closed
}
compdef _kroot kroot
