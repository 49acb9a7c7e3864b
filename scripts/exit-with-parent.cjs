// Preloaded into the services: when the process that started them is gone, however it ended, they end too.
process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
process.channel?.unref();
