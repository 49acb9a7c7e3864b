// Loaded first into Node.js processes of pods. They share this machine's network, so that "all addresses" and "this host"
// must mean the pod: a server listens on the pod's own address, and a client of 127.0.0.1 finds it there.
const net = require('node:net');

const address = process.env.MOORLINE_POD_ADDRESS;
const HERE = ['127.0.0.1', '::1', '0.0.0.0', '::'];
const isHere = host => HERE.includes(host);

if (address) {
  // All forms of listen() come together in this one.
  const listen = net.Server.prototype._listen2;
  net.Server.prototype._listen2 = function listenInPod(
    host,
    port,
    type,
    ...rest
  ) {
    const own =
      typeof port === 'number' && port >= 0 && (!host || isHere(host));
    return own
      ? listen.call(this, address, port, 4, ...rest)
      : listen.call(this, host, port, type, ...rest);
  };

  const moved = options =>
    isHere(options.host) ? { ...options, host: address } : options;
  const connect = net.Socket.prototype.connect;
  net.Socket.prototype.connect = function connectInPod(first, ...rest) {
    // net.connect() hands over its arguments as a list that it marks as its own.
    if (Array.isArray(first)) first[0] = moved(first[0]);
    else if (first && typeof first === 'object') {
      return connect.call(this, moved(first), ...rest);
    } else if (isHere(rest[0])) {
      return connect.call(this, first, address, ...rest.slice(1));
    }
    return connect.call(this, first, ...rest);
  };
}
