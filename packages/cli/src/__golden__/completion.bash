# kroot completion for bash: source <(kroot completion bash)
_kroot() {
  local line files=
  COMPREPLY=()
  while IFS= read -r line; do
    case $line in
      :0) files=1 ;;
      :*) ;;
      *) COMPREPLY+=("$line") ;;
    esac
  done < <(kroot __complete "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  type compopt >/dev/null 2>&1 || return 0
  [[ -n $files ]] || compopt +o default 2>/dev/null
  [[ ${#COMPREPLY[@]} -ne 1 || ${COMPREPLY[0]} != */ ]] || compopt -o nospace 2>/dev/null
}
complete -o default -F _kroot kroot
