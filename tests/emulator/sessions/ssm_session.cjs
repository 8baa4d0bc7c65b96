// A shell by npm's ssm-session: node ssm_session.cjs STREAM_URL TOKEN COMMAND
const { ssm } = require("ssm-session");

const [url, token, command] = process.argv.slice(2);
const OUTPUT = 1;
const channel = new WebSocket(url);
channel.binaryType = "arraybuffer";
let typed = false;

channel.onopen = () => ssm.init(channel, { token, termOptions: { cols: 101, rows: 31 } });
channel.onmessage = ({ data }) => {
  const message = ssm.decode(data);
  if (message.messageType.endsWith("channel_closed")) {
    console.error(JSON.parse(Buffer.from(message.payload).toString()).MessageType);
  }
  if (!message.messageType.endsWith("output_stream_data")) return;
  ssm.sendACK(channel, message);
  if (message.payloadType === OUTPUT) process.stdout.write(message.payload);
  if (!typed) {
    typed = true;
    ssm.sendText(channel, Buffer.from(command));
  }
};
channel.onclose = ({ code }) => console.error(code);
