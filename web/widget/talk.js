// A talk with Noor: a WebSocket with a cursor, plain HTTP when sockets are blocked. Nothing typed is lost: what was not acknowledged
// is sent again under the same id, and Noor answers an id once. Kept in the tab alone: the token, never a word.
const kept = {  // a browser that forbids storage still gets a talk, until the page is closed
  get(name) { try { return sessionStorage.getItem("noor-" + name); } catch { return null; } },
  set(name, value) { try { sessionStorage.setItem("noor-" + name, value); } catch { /* until the page is closed */ } },
  clear() { try { sessionStorage.clear(); } catch { /* nothing was kept */ } },
};

class Talk {
  constructor(on) {
    this.on = on;               // {message(message, mine), event(event), open(whether), sent(id)}
    this.token = kept.get("talk");
    this.seen = 0;
    this.outbox = [];           // frames without an acknowledgement
    this.mine = new Set();      // ids that this page has shown already
    this.tries = 0;
    // A phone that slept, or a line that came back, must not wait for a timer.
    for (const name of ["visibilitychange", "online", "pageshow"]) addEventListener(name, () => this.wake(), true);
  }

  async start(language) {
    this.language = language;
    try {
      if (!this.token) {
        const answer = await fetch("/api/talk?language=" + encodeURIComponent(language), {method: "POST"});
        const {talk, messages} = await answer.json();
        if (!talk) throw answer;
        kept.set("talk", this.token = talk);
        // The first screen comes with the token: on a slow line the socket takes two more trips.
        this.on.open(true);
        messages.forEach((message) => this.take({message}));
      }
      this.connect();
    } catch { this.lost(); }
  }

  connect() {
    clearTimeout(this.timer);
    if (this.left) return;
    let socket;
    try { socket = this.socket = new WebSocket(location.origin.replace("http", "ws") + "/api/socket"); } catch { return this.lost(); }
    this.expect(5000);
    socket.onopen = () => {
      this.send({talk: this.token, after: this.seen});
      this.send({ping: true});  // a proxy that swallows frames is a blocked socket
      this.outbox.forEach((frame) => this.send(frame));
    };
    socket.onmessage = (event) => {
      if (this.socket !== socket) return;
      this.tries = 0;
      this.polling = false;
      this.on.open(true);
      clearTimeout(this.watch);
      this.watch = setTimeout(() => this.wake(), 25000);
      this.take(JSON.parse(event.data));
    };
    socket.onclose = () => { if (this.socket === socket) this.lost(); };
  }

  send(frame) { if (this.socket?.readyState === 1) this.socket.send(JSON.stringify(frame)); }

  expect(wait) { clearTimeout(this.watch); this.watch = setTimeout(() => this.lost(), wait); }

  wake() {
    if (this.left || document.hidden) return;
    if (this.socket?.readyState === 1) { this.send({ping: true}); this.expect(4000); }
    else if (this.timer && this.token) this.connect();
  }

  lost() {
    const socket = this.socket;
    this.socket = null;
    clearTimeout(this.watch);
    clearTimeout(this.timer);
    socket?.close();
    if (this.left) return;
    this.tries += 1;
    if (this.tries > 1 && this.token) this.poll(); else this.on.open(false);
    this.timer = setTimeout(() => this.token ? this.connect() : this.start(this.language), Math.min(15000, 500 * 2 ** this.tries));
  }

  take(event) {
    if (event.ack !== undefined) { this.outbox = this.outbox.filter((frame) => frame.id !== event.ack); this.on.sent(event.ack); }
    // Too fast: the frame was not taken and goes again, under the same id.
    if (event.notice) { clearTimeout(this.again); this.again = setTimeout(() => this.outbox.forEach((frame) => this.send(frame)), 3000); }
    if (event.message) {
      if (event.message.seq <= this.seen) return;
      this.seen = event.message.seq;
      this.on.message(event.message, this.mine.delete(event.message.id));
    } else this.on.event(event);
  }

  say(part) {
    const frame = {id: [...crypto.getRandomValues(new Uint32Array(3))].join("-"), ...part};
    this.outbox.push(frame);
    this.mine.add(frame.id);
    this.send(frame);
    return frame.id;
  }

  async post(path, body) {
    return fetch("/api/" + path, {method: "POST", body: JSON.stringify({talk: this.token, after: this.seen, ...body}), signal: AbortSignal.timeout(10000)});
  }

  async poll() {
    if (this.polling) return;
    this.polling = true;
    while (this.polling && !this.left) {
      let wait = 2500;
      try {
        const frame = this.outbox[0];
        const answer = await this.post(frame ? "say" : "messages", frame);
        const data = await answer.json();
        if (!this.polling || this.left) break;
        this.on.open(true);
        // Answered but not yet written ("kept" false): it goes again later. A frame that can never be taken would hold up all that follow.
        if (frame && (answer.ok ? data.kept !== false : [400, 413].includes(answer.status))) { this.take({ack: frame.id}); if (this.outbox.length) wait = 50; }
        if (data.notice) this.on.event(data);
        for (const message of data.messages || []) this.take({message});
      } catch { this.on.open(false); }
      await new Promise((go) => setTimeout(go, wait));
    }
    this.polling = false;
  }

  forget() { this.left = true; kept.clear(); this.socket?.close(); }
}
