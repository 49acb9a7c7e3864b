export { createRegistries } from './create-registries';
export type { Registries, RegistriesOptions } from './create-registries';
export type { ImageAnswer, ImageConfig, PulledImage } from './images';
