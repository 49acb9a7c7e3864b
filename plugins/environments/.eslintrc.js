module.exports = require('@backstage/cli/config/eslint-factory')(__dirname, {
  rules: {
    // @moorline/api is a library for Node, but for its entry `client`, which is made for browsers.
    '@backstage/no-mixed-plugin-imports': [
      'warn',
      { excludedTargetPackages: ['@moorline/api'] },
    ],
  },
});
