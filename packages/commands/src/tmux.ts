export type { Socket } from "./tmux-argv.ts";
export { tmuxFailure, type TmuxFailure } from "./tmux-failure.ts";
export type { SessionMark } from "./tmux-mark.ts";
export { capturePane, collectEnded, idleSeconds, listPanes, parsePanes, type Pane } from "./tmux-panes.ts";
export { deleteBuffer, leaveMode, loadBuffer, pasteBuffer, pressEnter } from "./tmux-paste.ts";
export { PIN_BROKEN, type PanePin, type ServerIdentity, type SessionPin } from "./tmux-pin.ts";
export { captureScreen, captureScreens, parseScreens } from "./tmux-screens.ts";
export {
  attachSession,
  endSession,
  killSession,
  newHolder,
  newSession,
  watchSession,
} from "./tmux-session.ts";
export { paneSize, parsePaneSize, START_SIZE, type PaneSize } from "./tmux-size.ts";
export { parseTmuxVersion, tmuxVersion } from "./tmux-version.ts";
