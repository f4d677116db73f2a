package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"coen/internal/oracle"
)

// runtimeReads are the files of the host that Go's runtime looks at before main,
// to size its heap's pages and the number of its threads. They are read once and
// reach nothing that is computed: TestReproducible varies what they say.
var runtimeReads = []*regexp.Regexp{
	regexp.MustCompile(`^/sys/kernel/mm/transparent_hugepage/hpage_pmd_size$`),
	regexp.MustCompile(`^/proc/self/(cgroup|mountinfo)$`),
	regexp.MustCompile(`^/sys/fs/cgroup/.*/?cpu\.(max|cfs_quota_us|cfs_period_us)$`),
}

// TestHermetic traces a build from a full store: it runs no program, opens no
// socket, reads nothing but recipe, lock, store, cache and itself, and writes nowhere but
// below the cache and the folder of the result.
func TestHermetic(t *testing.T) {
	if testing.Short() {
		t.Skip("builds an image")
	}
	strace, coen, a := oracle.Need(t, "strace"), program(t), small(t)
	dir := world(t)
	a.fill(t, filepath.Join(dir, "store"))
	log := filepath.Join(t.TempDir(), "trace")
	cmd := exec.Command(strace, "-f", "--seccomp-bpf", "-qq", "-s", "4096", "-e", "trace=file,process,network", "-e", "signal=none", "-o", log,
		coen, "build", "--offline", "-r", a.recipe, "--store", filepath.Join(dir, "store"), "--cache", filepath.Join(dir, "cache"), "-o", filepath.Join(dir, "out", "small.iso"))
	cmd.Env = append(os.Environ(), "XDG_CONFIG_HOME="+filepath.Join(dir, "config"))
	if end := execute(t, cmd); end.status != 0 {
		t.Fatalf("status %d\n%s", end.status, end.stderr)
	}
	trace, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	calls := systemCalls(string(trace))
	if len(calls) < len(a.locked.Packages) {
		t.Fatalf("only %d system calls were traced", len(calls))
	}
	for _, breach := range breaches(calls, []string{a.recipe, a.lock, inReleasesBeside(a.lock), coen}, dir) {
		t.Error(breach)
	}
}

// A call is a system call as strace writes it.
type call struct{ name, line string }

var callLine = regexp.MustCompile(`(?m)^\d+ +(?:<\.\.\. )?(\w+)(?:\(| resumed>).*$`)

func systemCalls(trace string) (calls []call) {
	for _, m := range callLine.FindAllStringSubmatch(trace, -1) {
		calls = append(calls, call{m[1], m[0]})
	}
	return calls
}

// threads are the calls of class process by which Go runs and stops its own
// threads.
var threads = []string{"clone", "clone3", "exit", "exit_group", "tgkill", "getpid", "rt_sigreturn"}

// firstQuoted finds the first argument of a call that is in quotation marks.
var firstQuoted = regexp.MustCompile(`"((?:[^"\\]|\\.)*)"`)

// breaches lists the calls that reach further than a build may.
func breaches(calls []call, inputs []string, dir string) (list []string) {
	started := false
	for _, c := range calls {
		quoted := firstQuoted.FindStringSubmatch(c.line)
		reading := c.name == "openat" && strings.Contains(c.line, "O_RDONLY") || strings.HasSuffix(c.name, "stat") || strings.HasSuffix(c.name, "statat")
		switch {
		case slices.Contains(threads, c.name), strings.Contains(c.line, "resumed>"):
		case c.name == "execve" && !started:
			started = true
		case quoted == nil:
			list = append(list, c.line)
		case strings.HasPrefix(quoted[1], dir+"/"), reading && quoted[1] == dir:
		case reading && quoted[1] == "", c.name == "readlinkat" && quoted[1] == "/proc/self/exe":
		case reading && slices.Contains(inputs, quoted[1]):
		case reading && slices.ContainsFunc(runtimeReads, func(r *regexp.Regexp) bool { return r.MatchString(quoted[1]) }):
		default:
			list = append(list, c.line)
		}
	}
	return list
}

// TestBreaches makes sure that TestHermetic can fail.
func TestBreaches(t *testing.T) {
	const start = `1 execve("/w/coen", ["coen"], 0x7ffd /* 9 vars */) = 0` + "\n"
	for line, bad := range map[string]bool{
		`2 openat(AT_FDCWD, "/proc/self/cgroup", O_RDONLY|O_CLOEXEC) = 3`:                false,
		`2 openat(AT_FDCWD, "/w/recipe", O_RDONLY|O_CLOEXEC) = 3`:                        false,
		`2 openat(AT_FDCWD, "/w/dir/out/.x", O_RDWR|O_CREAT|O_EXCL|O_CLOEXEC, 0600) = 3`: false,
		`2 clone(child_stack=0xc000, flags=CLONE_VM) = 3`:                                false,
		`2 newfstatat(3, "", {st_mode=S_IFREG}, AT_EMPTY_PATH) = 0`:                      false,
		`2 openat(AT_FDCWD, "/w/recipe", O_WRONLY|O_TRUNC) = 3`:                          true,
		`2 openat(AT_FDCWD, "/etc/passwd", O_RDONLY|O_CLOEXEC) = 3`:                      true,
		`2 openat(AT_FDCWD, "/proc/cpuinfo", O_RDONLY <unfinished ...>`:                  true,
		`2 readlinkat(AT_FDCWD, "/proc/self/exe", 0x1, 128) = 3`:                         false,
		`2 readlinkat(AT_FDCWD, "/proc/self/cwd", 0x1, 128) = 3`:                         true,
		`2 newfstatat(AT_FDCWD, "/home", {st_mode=S_IFDIR}, 0) = 0`:                      true,
		`2 unlinkat(AT_FDCWD, "/w/recipe", 0) = 0`:                                       true,
		`2 execve("/bin/sh", ["sh"], 0xc0 /* 9 vars */) = 0`:                             true,
		`2 socket(AF_INET, SOCK_DGRAM|SOCK_CLOEXEC, IPPROTO_IP) = 3`:                     true,
		`2 kill(77, SIGTERM) = 0`:                                                        true,
	} {
		found := breaches(systemCalls(start+line+"\n"), []string{"/w/recipe"}, "/w/dir")
		if bad != (len(found) == 1) {
			t.Errorf("%s\nis taken for %q", line, found)
		}
	}
}
