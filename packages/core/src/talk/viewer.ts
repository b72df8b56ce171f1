/** Viewer sessions are named so that no agent name can be taken for one: agent names begin with a letter or digit. */
const VIEWER_PREFIX = "_view-";

export const viewerName = (agent: string, id: string): string => `${VIEWER_PREFIX}${agent}-${id}`;

export const isViewer = (session: string): boolean => session.startsWith(VIEWER_PREFIX);
