/** What every agent gets of the environment that its pane was started with, where it is set. */
const INHERITED = [
  ...["HOME", "USER", "LOGNAME", "SHELL", "PATH", "TERM", "COLORTERM", "LANG", "LANGUAGE", "TZ", "TMPDIR"],
  ...["TMUX_TMPDIR", "DBUS_SESSION_BUS_ADDRESS", "SSH_AUTH_SOCK"],
  ...["SSL_CERT_FILE", "SSL_CERT_DIR", "NODE_EXTRA_CA_CERTS"],
];
const INHERITED_FAMILIES = /^(?:LC_|XDG_|MOSAIC_)|^(?:https?|no|all|ftp)_proxy$/i;

/**
 * What an agent's program starts with of its pane's environment. A pane inherits from whoever started the tmux server: a
 * person's shell with all its secrets, or systemd with next to nothing. An agent starts with the same on both. Pure.
 *
 * @param passed - The names that the roster passes through for the agent's runtime.
 */
export function inheritedEnvironment(env: NodeJS.ProcessEnv, passed: readonly string[]): NodeJS.ProcessEnv {
  const known = new Set([...INHERITED, ...passed]);
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => known.has(name) || INHERITED_FAMILIES.test(name)),
  );
}
