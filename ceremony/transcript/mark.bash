# Start file of a recorded session: the operator's own, then marks around commands.
if [ -r ~/.bashrc ]; then . ~/.bashrc; fi

# The history is where a command's text comes from: nothing may be left out of it.
unset HISTCONTROL HISTIGNORE
set -o history

__ceremony_starts() {
	local LC_ALL=C text out= c i
	text=$(HISTTIMEFORMAT= history 1)
	text=${text#"${text%%[![:space:]]*}"}
	text=${text#"${text%%[!0-9]*}"}
	text=${text:2:16000}
	for ((i = 0; i < ${#text}; i++)); do
		c=${text:i:1}
		case $c in
		[a-zA-Z0-9._/-]) out+=$c ;;
		*) printf -v c '%d' "'$c" && printf -v c '%%%02X' $((c & 255)) && out+=$c ;;
		esac
	done
	printf '\033]133;C;session=NONCE;cmdline_url=%s\033\\' "$out"
}
__ceremony_ended() { printf '\033]133;D;%d;session=NONCE\033\\' "$?"; }

PS0='$(__ceremony_starts)'${PS0-}
PROMPT_COMMAND=(__ceremony_ended "${PROMPT_COMMAND[@]}")
