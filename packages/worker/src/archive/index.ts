export type { Archive } from './archive';
export { openArchive } from './blobArchive';
export { archivedLogs } from './runArchive';
