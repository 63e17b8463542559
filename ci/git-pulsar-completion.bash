
# `git pulsar <TAB>`: git's completion asks for a function of this name, with the words as typed.
_git_pulsar() {
    local -i verb=1
    while [[ $verb -lt $COMP_CWORD && ${COMP_WORDS[verb]} != pulsar ]]; do verb+=1; done
    local -a typed=("git-pulsar" "${COMP_WORDS[@]:verb + 1}")
    local -i at=$((COMP_CWORD - verb))
    local -a COMP_WORDS=("${typed[@]}")
    local COMP_CWORD=$at COMP_LINE="${typed[*]}"
    local COMP_POINT=${#COMP_LINE}
    _git-pulsar git-pulsar "${typed[at]}" "${typed[at - 1]}"
    # git's completion adds no space after a word; ours are whole.
    compopt +o nospace -o filenames 2>/dev/null
    return 0
}
