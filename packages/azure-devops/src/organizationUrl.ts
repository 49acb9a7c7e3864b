/** The organisation's URL without a trailing slash; https, or plain http to this very machine. */
export function checkedUrl(organizationUrl: string): string {
  let url: URL;
  try {
    url = new URL(organizationUrl);
  } catch {
    throw new Error(
      `moorline.azureDevOps.organizationUrl is no URL: "${organizationUrl}". Write it as https://dev.azure.com/<organisation>.`,
    );
  }
  const isLoopback = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback)) {
    throw new Error(
      `moorline.azureDevOps.organizationUrl must begin with https://, or the token would travel in the clear: "${organizationUrl}".`,
    );
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}
