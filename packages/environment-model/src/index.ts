export * from './addressRange';
export * from './cidr';
export * from './environmentSpec';
export * from './names';
export * from './parse';
export * from './presets';
export * from './serviceSpec';
export * from './states';
