export * from './records';
export * from './renderPage';
