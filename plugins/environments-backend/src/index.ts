/**
 * The environments API inside Backstage.
 *
 * @packageDocumentation
 */
export { environmentsPlugin as default } from './plugin';
