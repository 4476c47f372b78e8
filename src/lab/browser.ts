/** Whether a browser can be opened for the person. */

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * A person's own screen has one: macOS, Windows, or a display of X11 or Wayland; or they named one in BROWSER. Not on a CI
 * machine, nor where the commands come over SSH from elsewhere. (Without a display Python would open a browser for terminals.)
 */
export function hasBrowser(env: Environment = process.env, platform: string = process.platform): boolean {
  if (env.CI) return false;
  if (env.BROWSER) return true;
  if (env.SSH_CONNECTION && !env.DISPLAY) return false;
  return platform === 'darwin' || platform === 'win32' || Boolean(env.DISPLAY || env.WAYLAND_DISPLAY);
}
