// The console's line to the server: a WebSocket that says the last number it has and gets the rest. What is sent has an id and goes
// again until it is acknowledged, so that nothing a counsellor typed is lost.
const settings = JSON.parse(document.getElementById("settings").textContent);
const {words} = settings;
const duty = () => sessionStorage.getItem("noor-break") !== "yes";

class Line {
  constructor(on) { this.on = on; this.talk = ""; this.seen = 0; this.outbox = []; this.tries = 0; this.acted = false; this.connect(); setInterval(() => this.alive(), 10000); }

  connect() {
    const socket = new WebSocket(location.origin.replace("http", "ws") + "/console/socket");
    this.socket = socket;
    socket.onopen = () => {
      this.tries = 0;
      this.send({csrf: settings.csrf});
      if (this.talk) this.send({open: this.talk, after: this.seen});
      this.alive();
      for (const frame of this.outbox) this.send(frame);
      this.on.open(true);
    };
    socket.onmessage = (event) => this.take(JSON.parse(event.data));
    socket.onclose = (event) => {
      this.on.open(false);
      if (event.code === 4401) return location.assign("/console/login");
      this.tries += 1;
      setTimeout(() => this.connect(), Math.min(10000, 300 * 2 ** this.tries));
    };
  }

  // Shows another talk over the same line. What was typed in the one before still goes there.
  show(talk) { this.talk = talk; this.seen = 0; this.send({open: talk, after: 0}); }

  take(event) {
    if (event.ack) { this.outbox = this.outbox.filter((frame) => frame.id !== event.ack); this.on.sent?.(event.ack); return; }
    if (event.talk && event.talk !== this.talk) return;
    if (event.line) { if (event.line.number <= this.seen) return; this.seen = event.line.number; }
    this.on.event(event);
  }

  say(part) {
    const frame = {id: [...crypto.getRandomValues(new Uint32Array(3))].join("-"), talk: this.talk, ...part};
    this.outbox.push(frame);
    this.send(frame);
    return frame.id;
  }

  send(frame) { if (this.socket.readyState === 1) this.socket.send(JSON.stringify(frame)); }
  alive(now) { if (now) this.send({alive: 1, acted: 1, duty: duty()}); else { this.send({alive: 1, acted: this.acted ? 1 : 0, duty: duty()}); this.acted = false; } }
}
