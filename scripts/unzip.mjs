import yauzl from 'yauzl';

/**
 * Reads one member of a zip archive.
 * @param {string | Buffer} archive a path or the archive itself
 * @param {string} member its name inside
 * @returns {Promise<Buffer>}
 */
export function unzip(archive, member) {
  return new Promise((resolve, reject) => {
    const open = Buffer.isBuffer(archive) ? yauzl.fromBuffer : yauzl.open;
    open(archive, { lazyEntries: true }, (error, zip) => {
      if (error) {
        reject(error);
        return;
      }
      zip.once('error', reject);
      zip.once('end', () => reject(new Error(`no ${member} in the archive`)));
      zip.on('entry', entry => {
        if (entry.fileName !== member) {
          zip.readEntry();
          return;
        }
        zip.openReadStream(entry, (failure, stream) => {
          if (failure) {
            reject(failure);
            return;
          }
          const chunks = [];
          stream.on('data', chunk => chunks.push(chunk));
          stream.once('error', reject);
          stream.once('end', () => {
            zip.close();
            resolve(Buffer.concat(chunks));
          });
        });
      });
      zip.readEntry();
    });
  });
}
