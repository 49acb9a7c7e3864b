/**
 * The actions that Moorline's templates call.
 *
 * @packageDocumentation
 */
export { environmentsScaffolderModule as default } from './module';
