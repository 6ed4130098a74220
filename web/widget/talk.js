// A talk with Noor: a WebSocket with a cursor, plain HTTP when sockets are blocked. Nothing typed is lost: what was not acknowledged
// is sent again under the same id, and Noor answers an id once. Kept in the tab alone.
class Talk {
  constructor(on) {
    this.on = on;               // {message, state, notice}
    this.token = sessionStorage.getItem("noor-talk");
    this.seen = 0;
    this.outbox = [];           // frames without an acknowledgement
    this.tries = 0;
    this.polling = false;
  }

  async start(language) {
    this.language = language;
    try {
      if (!this.token) {
        const answer = await fetch("/api/talk?language=" + encodeURIComponent(language), {method: "POST"});
        this.token = (await answer.json()).talk;
        sessionStorage.setItem("noor-talk", this.token);
      }
      this.connect();
    } catch { this.later(); }
  }

  connect() {
    const socket = new WebSocket(location.origin.replace("http", "ws") + "/api/socket");
    this.socket = socket;
    let opened = false;
    socket.onopen = () => {
      opened = true;
      this.tries = 0;
      this.on.state("open");
      socket.send(JSON.stringify({talk: this.token, after: this.seen}));
      for (const frame of this.outbox) socket.send(JSON.stringify(frame));
    };
    socket.onmessage = (event) => this.take(JSON.parse(event.data));
    socket.onclose = () => {
      if (this.socket !== socket || this.left) return;
      if (!opened && this.tries >= 1) this.poll();
      this.later();
    };
  }

  later() {
    this.on.state(this.polling ? "open" : "lost");
    this.tries += 1;
    setTimeout(() => this.token ? this.connect() : this.start(this.language), Math.min(15000, 500 * 2 ** this.tries));
  }

  take(event) {
    if (event.ack !== undefined) this.outbox = this.outbox.filter((frame) => frame.id !== event.ack);
    if (event.notice) this.on.notice(event.notice);
    if (event.message && event.message.seq > this.seen) {
      this.seen = event.message.seq;
      this.on.message(event.message, this.mine.delete(event.message.id));
    }
  }

  mine = new Set();

  say(part) {
    const frame = {id: crypto.randomUUID ? crypto.randomUUID() : String(Math.random()).slice(2) + Date.now(), ...part};
    this.outbox.push(frame);
    this.mine.add(frame.id);
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(frame));
    return frame.id;
  }

  async poll() {
    if (this.polling) return;
    this.polling = true;
    while (this.polling && this.socket?.readyState !== WebSocket.OPEN && !this.left) {
      try {
        const frame = this.outbox[0];
        const answer = await fetch(frame ? "/api/say" : "/api/messages", {method: "POST", body: JSON.stringify({...frame, talk: this.token, after: this.seen})});
        const data = await answer.json();
        if (frame && answer.ok && data.kept !== false) this.take({ack: frame.id});
        for (const message of data.messages || []) this.take({message});
        this.on.state("open");
      } catch { this.on.state("lost"); }
      await new Promise((go) => setTimeout(go, this.outbox.length ? 100 : 2500));
    }
    this.polling = false;
  }

  forget() { this.left = true; sessionStorage.removeItem("noor-talk"); this.socket?.close(); }
}
