// Serves azurerm to Terraform from the sandbox until its input ends. Run with
// node --require @backstage/cli/config/nodeTransform.cjs; it writes one line, the value of TF_REATTACH_PROVIDERS.
const { ResourceStore } = require('../../../packages/sandbox/src/resources');
const { startProvider } = require('../../../packages/sandbox/src/terraform');

async function serve() {
  const provider = await startProvider({
    resources: new ResourceStore(),
    subscriptionId: '00000000-0000-4000-8000-000000000001',
    tenantId: '00000000-0000-4000-8000-0000000000aa',
  });
  process.stdout.write(`${provider.reattach}\n`);
  process.stdin.on('end', async () => {
    await provider.stop();
    process.exit(0);
  });
  process.stdin.resume();
}

serve().catch(error => {
  console.error(error);
  process.exit(1);
});
