module.exports = {
  ledge: {
    input: '../../openapi.json',
    output: { target: 'generated/orval/ledge.ts', client: 'fetch', baseUrl: 'http://ledge.example' },
  },
};
