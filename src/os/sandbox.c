/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "os/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "os/file.h"

#define N_OF(array) (sizeof(array) / sizeof(*(array)))

/* ---- landlock: what headers of Debian 12 (ABI 2) do not know yet ---- */

#define FS_TRUNCATE (1ULL << 14)  /* ABI 3 */
#define FS_IOCTL_DEV (1ULL << 15) /* ABI 5 */
#define NET_BIND_TCP (1ULL << 0)  /* ABI 4 */
#define NET_CONNECT_TCP (1ULL << 1)
#define SCOPE_ABSTRACT_SOCKET (1ULL << 0) /* ABI 6 */
#define SCOPE_SIGNAL (1ULL << 1)

enum { ABI_REFER = 2, ABI_TRUNCATE = 3, ABI_NET = 4, ABI_IOCTL = 5, ABI_SCOPE = 6 };

/* The whole of it; a kernel takes as many bytes as it knows when the rest is zero. */
struct ruleset {
	uint64_t fs, net, scope;
};

static const uint64_t FS_FILE = LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE |
	LANDLOCK_ACCESS_FS_WRITE_FILE | FS_TRUNCATE | FS_IOCTL_DEV;
static const uint64_t FS_READ = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
static const uint64_t FS_WRITE = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR |
	LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |
	LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |
	LANDLOCK_ACCESS_FS_REFER | FS_TRUNCATE;

static int landlock_abi(void)
{
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
	return abi > 0 ? (int)abi : 0;
}

/* Every file right that the kernel knows, so that what is not granted is refused. */
static uint64_t fs_known(int abi)
{
	uint64_t known = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1; /* ABI 1 */
	if (abi >= ABI_REFER)
		known |= LANDLOCK_ACCESS_FS_REFER;
	if (abi >= ABI_TRUNCATE)
		known |= FS_TRUNCATE;
	if (abi >= ABI_IOCTL)
		known |= FS_IOCTL_DEV;
	return known;
}

static size_t ruleset_bytes(int abi)
{
	return abi >= ABI_SCOPE ? 24 : abi >= ABI_NET ? 16 : 8;
}

static bool refused(struct err *e, const char *what)
{
	return err_say(e, ERR_IO,
		       "el sistema no permitió encerrar el proceso: %s: %s; revise si ya "
		       "corre dentro de otro encierro",
		       "the system did not let the process be confined: %s: %s; see whether it "
		       "already runs inside another confinement",
		       what, strerror(errno));
}

static bool grant(int ruleset, const char *path, uint64_t rights, struct err *e)
{
	struct stat st;
	int fd = open(path, O_PATH | O_CLOEXEC);
	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR || errno == EACCES))
		return true; /* what is not there needs no right */
	if (fd < 0 || fstat(fd, &st) != 0)
		return refused(e, path);
	struct landlock_path_beneath_attr rule = { .parent_fd = fd, .allowed_access = rights };
	if (!S_ISDIR(st.st_mode))
		rule.allowed_access &= FS_FILE;
	long done = rule.allowed_access ?
		syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) : 0;
	int number = errno;
	close(fd);
	errno = number;
	return done == 0 || refused(e, path);
}

static bool grant_all(int ruleset, const char *const *path, size_t n, uint64_t rights,
		      struct err *e)
{
	for (size_t i = 0; i < n; i++)
		if (!grant(ruleset, path[i], rights, e))
			return false;
	return true;
}

/* No file but these, and where the kernel can: no TCP, signals or abstract sockets to outside. */
static bool confine_files(const struct sandbox_paths *p, struct err *e)
{
	int abi = landlock_abi();
	if (!abi)
		return true;
	struct ruleset set = { .fs = fs_known(abi) };
	if (abi >= ABI_NET)
		set.net = NET_BIND_TCP | (p->connects ? 0 : NET_CONNECT_TCP);
	if (abi >= ABI_SCOPE)
		set.scope = SCOPE_ABSTRACT_SOCKET | SCOPE_SIGNAL;
	int fd = (int)syscall(SYS_landlock_create_ruleset, &set, ruleset_bytes(abi), 0);
	if (fd < 0)
		return refused(e, "landlock_create_ruleset");
	bool done = grant_all(fd, p->write, p->n_write, FS_WRITE & set.fs, e) &&
		grant_all(fd, p->read, p->n_read, FS_READ, e);
	if (done && (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
		     syscall(SYS_landlock_restrict_self, fd, 0) != 0))
		done = refused(e, "landlock_restrict_self");
	close(fd);
	return done;
}

/* ---- seccomp ---- */

/* Calls by name: one that the library or the machine does not know is passed over. */
static bool rule_for(scmp_filter_ctx filter, uint32_t action, const char *const *name, size_t n,
		     struct err *e)
{
	for (size_t i = 0; i < n; i++) {
		int call = seccomp_syscall_resolve_name(name[i]);
		int failed =
			call == __NR_SCMP_ERROR ? 0 : seccomp_rule_add(filter, action, call, 0);
		if (failed && failed != -EDOM) {
			errno = -failed;
			return refused(e, name[i]);
		}
	}
	return true;
}

static bool rule_when(scmp_filter_ctx filter, uint32_t action, const char *name,
		      const struct scmp_arg_cmp *when, unsigned n, struct err *e)
{
	int call = seccomp_syscall_resolve_name(name);
	int failed =
		call == __NR_SCMP_ERROR ? 0 : seccomp_rule_add_array(filter, action, call, n, when);
	errno = -failed;
	return !failed || refused(e, name);
}

/* Loads the filter for every thread; a kernel without seccomp is done without. */
static bool load(scmp_filter_ctx filter, struct err *e)
{
	int failed = seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1);
	failed = failed ? failed : seccomp_load(filter);
	errno = -failed;
	if (failed && (failed == -ENOSYS || failed == -EOPNOTSUPP) && !sandbox_state().seccomp)
		return true;
	return !failed || refused(e, "seccomp");
}

static void release(scmp_filter_ctx *filter)
{
	if (*filter)
		seccomp_release(*filter);
}
#define FILTER_SCOPE __attribute__((cleanup(release))) scmp_filter_ctx

/* What a server never calls, and what takes over a machine when it does. */
static const char *const never_served[] = {
	/* other programs and processes */
	"execve", "execveat", "fork", "vfork", "ptrace", "process_vm_readv", "process_vm_writev",
	"process_madvise", "pidfd_getfd", "kcmp",
	/* the tree of files and name spaces */
	"mount", "umount", "umount2", "pivot_root", "chroot", "move_mount", "open_tree", "fsopen",
	"fsconfig", "fsmount", "fspick", "mount_setattr", "setns", "unshare", "swapon", "swapoff",
	"quotactl", "quotactl_fd", "name_to_handle_at", "open_by_handle_at", "mknod", "mknodat",
	"fanotify_init", "fanotify_mark", "acct", "nfsservctl", "lookup_dcookie", "uselib",
	/* the kernel */
	"init_module", "finit_module", "delete_module", "create_module", "kexec_load",
	"kexec_file_load", "bpf", "perf_event_open", "userfaultfd", "personality", "modify_ldt",
	"iopl", "ioperm", "reboot", "syslog", "vhangup", "vm86", "vm86old", "_sysctl", "sysfs",
	"io_uring_setup", "io_uring_enter", "io_uring_register", "io_setup", "vmsplice",
	/* keys, clock, names, who one is */
	"add_key", "keyctl", "request_key", "settimeofday", "clock_settime", "clock_adjtime",
	"adjtimex", "stime", "sethostname", "setdomainname", "setuid", "setgid", "setreuid",
	"setregid", "setresuid", "setresgid", "setgroups", "setfsuid", "setfsgid", "capset",
};

/* Families of sockets: local ones; with a database server elsewhere, IP and asking for addresses.
 */
static bool limit_sockets(scmp_filter_ctx filter, bool connects, struct err *e)
{
	const uint32_t no = SCMP_ACT_ERRNO(EAFNOSUPPORT);
	for (unsigned family = 0; family <= AF_NETLINK; family++) {
		bool allowed = family == AF_UNIX || (connects && (family == AF_INET ||
						     family == AF_INET6 || family == AF_NETLINK));
		if (!allowed &&
		    !rule_when(filter, no, "socket", &SCMP_A0(SCMP_CMP_EQ, family, 0), 1, e))
			return false;
	}
	return rule_when(filter, no, "socket", &SCMP_A0(SCMP_CMP_GT, AF_NETLINK, 0), 1, e);
}

/* Threads yes, processes no: clone must ask for a thread, and clone3, whose arguments no filter
 * can read, is not there, so that the C library falls back to clone. */
static bool limit_processes(scmp_filter_ctx filter, struct err *e)
{
	const char *const clone3[] = { "clone3" };
	const uint32_t no = SCMP_ACT_ERRNO(EPERM);
	return rule_for(filter, SCMP_ACT_ERRNO(ENOSYS), clone3, 1, e) &&
		rule_when(filter, no, "clone", &SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, 0), 1, e);
}

/* No memory that is written and run; what is mapped from a library's file may be run. */
static bool limit_memory(scmp_filter_ctx filter, struct err *e)
{
	const uint32_t no = SCMP_ACT_ERRNO(EPERM);
	const uint64_t both = PROT_WRITE | PROT_EXEC;
	return rule_when(filter, no, "mmap", &SCMP_A2(SCMP_CMP_MASKED_EQ, both, both), 1, e) &&
		rule_when(filter, no, "mprotect",
			  &SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, PROT_EXEC), 1, e) &&
		rule_when(filter, no, "pkey_mprotect",
			  &SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, PROT_EXEC), 1, e);
}

bool sandbox_serve(const struct sandbox_paths *p, struct err *e)
{
	if (p->n_write > SANDBOX_PATHS_MAX || p->n_read > SANDBOX_PATHS_MAX)
		return err_say(e, ERR_LIMIT, "más de %d rutas para el servidor; quite algunas",
			       "more than %d paths for the server; leave some out",
			       SANDBOX_PATHS_MAX);
	FILTER_SCOPE filter = seccomp_init(SCMP_ACT_ALLOW);
	errno = ENOMEM;
	if (!filter)
		return refused(e, "seccomp_init");
	return rule_for(filter, SCMP_ACT_ERRNO(EPERM), never_served, N_OF(never_served), e) &&
		limit_sockets(filter, p->connects, e) && limit_processes(filter, e) &&
		limit_memory(filter, e) && confine_files(p, e) && load(filter, e);
}

/* ---- the parser ---- */

static const char *const parser_may[] = {
	"read", "readv", "pread64", "write", "writev", "pwrite64", "lseek", "fstat", "ftruncate",
	"close", "brk", "munmap", "mremap", "madvise", "futex", "getrandom", "clock_gettime",
	"clock_getres", "gettimeofday", "time", "getpid", "gettid", "sched_yield", "rt_sigaction",
	"rt_sigprocmask", "rt_sigreturn", "sigaltstack", "restart_syscall", "nanosleep",
	"clock_nanosleep", "exit", "exit_group",
};

/* What a library may try and can do without. */
static const char *const parser_tries[] = {
	"open", "openat", "openat2", "creat", "stat", "lstat", "newfstatat", "statx", "access",
	"faccessat", "faccessat2", "readlink", "readlinkat", "getdents64", "getcwd", "unlink",
	"unlinkat", "rename", "mkdir", "socket", "socketpair", "connect", "bind", "ioctl", "fcntl",
	"memfd_create", "pipe2", "dup", "uname", "sysinfo", "getuid", "geteuid", "getppid",
	"prlimit64", "getrlimit", "setrlimit", "sched_getaffinity", "prctl", "clone", "clone3",
	"fork", "vfork", "rseq", "set_robust_list",
};

static bool parser_filter(scmp_filter_ctx filter, struct err *e)
{
	const struct scmp_arg_cmp plain[] = {
		SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0),
		SCMP_A3(SCMP_CMP_MASKED_EQ, MAP_ANONYMOUS, MAP_ANONYMOUS),
	};
	const struct scmp_arg_cmp own = SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid(), 0);
	/* abort() signals its own process, which costs nobody else. */
	return rule_for(filter, SCMP_ACT_ALLOW, parser_may, N_OF(parser_may), e) &&
		rule_for(filter, SCMP_ACT_ERRNO(EPERM), parser_tries, N_OF(parser_tries), e) &&
		rule_when(filter, SCMP_ACT_ALLOW, "mmap", plain, 2, e) &&
		rule_when(filter, SCMP_ACT_ALLOW, "mprotect", plain, 1, e) &&
		rule_when(filter, SCMP_ACT_ALLOW, "tgkill", &own, 1, e);
}

/* Bytes of address space this process has now; 0: not known. */
static uint64_t mapped_bytes(void)
{
	ARENA_SCOPE(a, 1u << 20);
	struct err unknown = { 0 };
	struct str text = { 0 };
	uint64_t pages = 0;
	if (!file_read(&a, "/proc/self/statm", 4096, &text, &unknown))
		return 0;
	for (size_t i = 0; i < text.n && text.p[i] >= '0' && text.p[i] <= '9'; i++)
		pages = pages * 10 + (uint64_t)(text.p[i] - '0');
	return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

static bool limit_of(int which, uint64_t bytes, struct err *e)
{
	struct rlimit limit = { bytes, bytes };
	return setrlimit((__rlimit_resource_t)which, &limit) == 0 || refused(e, "setrlimit");
}

#if defined(__SANITIZE_ADDRESS__)
#define SHADOW_MEMORY 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SHADOW_MEMORY 1
#endif
#endif

static bool limit_parser(const struct sandbox_limits *limits, struct err *e)
{
	struct rlimit cpu = { limits->cpu_s, limits->cpu_s + 1u };
#ifdef SHADOW_MEMORY /* the sanitizer maps terabytes that it does not use */
	(void)mapped_bytes;
#else
	if (!limit_of(RLIMIT_AS, mapped_bytes() + limits->memory_bytes, e))
		return false;
#endif
	return limit_of(RLIMIT_FSIZE, limits->file_bytes, e) && limit_of(RLIMIT_CORE, 0, e) &&
		(setrlimit(RLIMIT_CPU, &cpu) == 0 || refused(e, "setrlimit"));
}

bool sandbox_parser(const struct sandbox_limits *limits, struct err *e)
{
	const struct sandbox_paths nothing = { .connects = false };
	FILTER_SCOPE filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
	errno = ENOMEM;
	if (!filter)
		return refused(e, "seccomp_init");
	return limit_parser(limits, e) && parser_filter(filter, e) && confine_files(&nothing, e) &&
		load(filter, e);
}

/* ---- what there is ---- */

struct sandbox_state sandbox_state(void)
{
	/* Asking for a filter without giving one fails with EFAULT where there are filters. */
	bool seccomp = prctl(PR_SET_SECCOMP, 2 /* SECCOMP_MODE_FILTER */, NULL, 0, 0) != 0 &&
		errno == EFAULT;
	return (struct sandbox_state){ landlock_abi(), seccomp };
}

struct str sandbox_words(struct arena *a, struct sandbox_state s, bool english)
{
	struct buf b;
	buf_init(&b, a, 1024);
	if (s.landlock_abi)
		buf_fmt(&b, "landlock %d", s.landlock_abi);
	else
		buf_puts(&b, english ? "no landlock (files are guarded by permissions alone)" :
				       "sin landlock (solo los permisos guardan los archivos)");
	if (s.landlock_abi && s.landlock_abi < ABI_NET)
		buf_puts(&b, english ? " (without rules for TCP)" : " (sin reglas para TCP)");
	buf_puts(&b, s.seccomp ? ", seccomp" : english ? ", no seccomp" : ", sin seccomp");
	return buf_str(&b);
}
