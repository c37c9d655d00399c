package io.relaygate.relay;

import io.relaygate.net.FrameReader;
import io.relaygate.net.HttpHead;
import io.relaygate.net.HttpHead.Field;
import io.relaygate.net.Threads;
import io.relaygate.relay.Conformance.Question;
import io.relaygate.relay.Conformance.Reaches;
import io.relaygate.relay.ConformanceLeg.Frame;
import io.relaygate.relay.ControlMessage.Accept;
import io.relaygate.relay.ControlMessage.Request;
import io.relaygate.relay.ControlMessage.Response;
import io.relaygate.relay.Dialer.Opened;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/** The questions for which there must be a sender and a listener. */
final class ConformanceTalks {

    private static final String ALLOWED = "Microsoft-Relay-AllowedListeners";
    private static final Duration MOMENT = Duration.ofSeconds(5);
    private static final int LARGE = 256 * 1024;

    /** Asks one, and notes what is seen; whether it is as expected. */
    interface Asking {
        boolean ask(ConformanceTalks talks, Map<String, String> seen) throws IOException;
    }

    /** A question. */
    record Entry(Question question, Asking asking) {}

    static final List<Entry> OURSELVES = List.of(
            entry("listen", "what a listener is answered", "101 without extensions", ConformanceTalks::listen),
            entry("accept", "what a listener is told of a sender: whether path suffix, query and custom headers come, and how the id looks",
                    "all of them, an id that begins with a GUID, an address without the sender's token", ConformanceTalks::accept),
            entry("large-message", "in which frames a message of 256 KiB comes that is sent in one", "in frames of 64 KiB at most", ConformanceTalks::large),
            entry("empty-message", "whether an empty message is passed on", "it is", ConformanceTalks::empty),
            entry("half-close", "whether the other direction goes on after a sender's close frame", "it does, and the close frame comes with its code", ConformanceTalks::halfClose),
            entry("abort", "what a listener sees of a sender that breaks off", "no close frame with 1000", ConformanceTalks::abort),
            entry("reject", "what a sender is told by a listener's own status and words, and what the listener is answered", "418 and the words; 410",
                    ConformanceTalks::reject),
            entry("second-accept", "what a used rendezvous address answers", "403", ConformanceTalks::second),
            entry("subprotocol", "whether the sub-protocol that the listener chooses of the sender's comes back to it", "it does", ConformanceTalks::subprotocol),
            entry("deflate", "whether permessage-deflate is agreed with a sender that offers it", "it is not", ConformanceTalks::deflate),
            entry("targeting", "whether " + ALLOWED + " counts for WebSockets", "an unknown id is told 404 without a listener being asked", ConformanceTalks::targeting),
            entry("http-request", "what a listener is told of an HTTP request, and what comes back of its answer",
                    "method, path and headers on the control channel; 200 with Via", ConformanceTalks::http),
            entry("never-accepted", "what a sender is told when the listener does nothing, and when", "502 or 504", ConformanceTalks::neverAccepted),
            entry("ping", "whether a listener's ping is answered", "it is, and the channel stays", ConformanceTalks::ping),
            entry("renew", "what is said to a good renewToken", "nothing, and the channel stays", ConformanceTalks::renew),
            entry("bad-renew", "what is said to a renewToken that another key has signed", "close with 1008", ConformanceTalks::badRenew));

    private final ConformanceWire wire;
    private final ConformanceListener listener;
    private final Threads threads;

    ConformanceTalks(ConformanceWire wire, ConformanceListener listener, Threads threads) {
        this.wire = wire;
        this.listener = listener;
        this.threads = threads;
    }

    private static Entry entry(String name, String asks, String expected, Asking asking) {
        return new Entry(new Question(name, asks, expected, Reaches.OURSELVES), asking);
    }

    private ConformanceSender connecting(String suffix, String query, Field... fields) {
        return new ConformanceSender(wire, threads, suffix, query, fields);
    }

    /** What is done with both ends of a connection. */
    private interface Course {
        boolean run(ConformanceLeg sender, ConformanceLeg taker) throws IOException;
    }

    private boolean connected(Course course, Field... fields) throws IOException {
        ConformanceSender connecting = connecting("", "", fields);
        Accept accept = listener.accept();
        List<Field> chosen = accept.headers().containsKey("Sec-WebSocket-Protocol") ? List.of(new Field("Sec-WebSocket-Protocol", "two")) : List.of();
        try (ConformanceLeg taker = new ConformanceLeg(wire.rendezvous(accept.address(), "", chosen));
                ConformanceLeg sender = new ConformanceLeg(connecting.opened())) {
            if (sender.answer().status() != 101 || taker.answer().status() != 101) {
                throw new IOException("the sender was answered " + sender.answer().status() + ", the listener " + taker.answer().status());
            }
            return course.run(sender, taker);
        }
    }

    private boolean listen(Map<String, String> seen) {
        ConformanceWire.note(seen, "", listener.answer());
        return listener.answer().field("Sec-WebSocket-Extensions") == null;
    }

    private boolean accept(Map<String, String> seen) throws IOException {
        ConformanceSender connecting = connecting("/probe/suffix", "probe=1%2B&", new Field("X-Probe", "one"), new Field("X-Probe", "two"));
        Accept accept = listener.accept();
        URI address = URI.create(accept.address());
        String token = address.getRawQuery() == null ? "" : address.getRawQuery().toLowerCase(Locale.ROOT);
        seen.put("address", address.getScheme() + "://" + address.getRawAuthority() + address.getRawPath());
        seen.put("query", token.replaceAll("=[^&]*", ""));
        seen.put("id", accept.id());
        seen.put("headers", String.join(", ", accept.headers().keySet()));
        seen.put("x-probe", String.valueOf(accept.headers().get("X-Probe")));
        seen.put("remote", accept.remoteAddress() + ":" + accept.remotePort());
        try (ConformanceLeg taker = new ConformanceLeg(wire.rendezvous(accept.address(), "", List.of()));
                ConformanceLeg sender = new ConformanceLeg(connecting.opened())) {
            ConformanceWire.note(seen, "sender ", sender.answer());
            ConformanceWire.note(seen, "listener ", taker.answer());
        }
        boolean guid = accept.id().matches("[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}.*");
        return guid && address.getRawPath().endsWith("/probe/suffix") && token.contains("probe=1%2b") && !token.contains("sb-hc-token")
                && "one, two".equals(accept.headers().get("X-Probe")) && accept.headers().containsKey("Sec-WebSocket-Key");
    }

    private boolean large(Map<String, String> seen) throws IOException {
        return connected((sender, taker) -> {
            sender.sendLarge(LARGE);
            List<Frame> frames = message(taker);
            seen.put("frames", frames.toString());
            return frames.stream().mapToInt(frame -> frame.payload().length).max().orElse(0) <= 64 * 1024
                    && frames.stream().mapToInt(frame -> frame.payload().length).sum() == LARGE;
        });
    }

    private static List<Frame> message(ConformanceLeg leg) throws IOException {
        List<Frame> frames = new ArrayList<>();
        do {
            frames.add(leg.next());
        } while (!frames.getLast().last());
        return frames;
    }

    private boolean empty(Map<String, String> seen) throws IOException {
        return connected((sender, taker) -> {
            sender.send(FrameReader.BINARY, new byte[0]);
            sender.send(FrameReader.TEXT, "after".getBytes(StandardCharsets.UTF_8));
            Frame first = taker.next();
            seen.put("first", first.toString());
            return first.payload().length == 0;
        });
    }

    private boolean halfClose(Map<String, String> seen) throws IOException {
        return connected((sender, taker) -> {
            sender.sendClose(1000, "Shutdown");
            Frame end = taker.next();
            seen.put("listener", end.toString());
            taker.send(FrameReader.BINARY, "after".getBytes(StandardCharsets.UTF_8));
            Frame after = sender.next();
            seen.put("sender", after.toString());
            taker.sendClose(1000, "");
            seen.put("sender then", sender.next().toString());
            return end.toString().startsWith("close 1000") && after.payload().length == "after".length();
        });
    }

    private boolean abort(Map<String, String> seen) throws IOException {
        return connected((sender, taker) -> {
            sender.abort();
            try {
                Frame end = taker.next();
                seen.put("listener", end.toString());
                return !end.toString().startsWith("close 1000");
            } catch (IOException e) {
                seen.put("listener", "no close frame: " + e.getMessage());
                return true;
            }
        });
    }

    private boolean reject(Map<String, String> seen) throws IOException {
        ConformanceSender connecting = connecting("", "");
        Accept accept = listener.accept();
        Opened rejecting = wire.rendezvous(accept.address(), "&sb-hc-statusCode=418&sb-hc-statusDescription=probe%20says%20no", List.of());
        rejecting.link().abort();
        Opened sender = connecting.opened();
        sender.link().abort();
        ConformanceWire.note(seen, "sender ", sender.answer());
        ConformanceWire.note(seen, "listener ", rejecting.answer());
        return sender.answer().status() == 418 && sender.answer().reason().contains("probe says no") && rejecting.answer().status() == 410;
    }

    private boolean second(Map<String, String> seen) throws IOException {
        ConformanceSender connecting = connecting("", "");
        Accept accept = listener.accept();
        try (ConformanceLeg taker = new ConformanceLeg(wire.rendezvous(accept.address(), "", List.of()));
                ConformanceLeg sender = new ConformanceLeg(connecting.opened())) {
            seen.put("first", taker.answer().status() + ", " + sender.answer().status());
            Opened again = wire.rendezvous(accept.address(), "", List.of());
            again.link().abort();
            ConformanceWire.note(seen, "", again.answer());
            return again.answer().status() == 403;
        }
    }

    private boolean subprotocol(Map<String, String> seen) throws IOException {
        return connected((sender, taker) -> {
            seen.put("sender", String.valueOf(sender.answer().field("Sec-WebSocket-Protocol")));
            seen.put("listener", String.valueOf(taker.answer().field("Sec-WebSocket-Protocol")));
            return "two".equals(sender.answer().field("Sec-WebSocket-Protocol"));
        }, new Field("Sec-WebSocket-Protocol", "one, two"));
    }

    /** A relay that agrees fails the handshake, which is what is seen then. */
    private boolean deflate(Map<String, String> seen) throws IOException {
        return connected((sender, taker) -> {
            seen.put("sender", String.valueOf(sender.answer().field("Sec-WebSocket-Extensions")));
            return true;
        }, new Field("Sec-WebSocket-Extensions", "permessage-deflate"));
    }

    private boolean targeting(Map<String, String> seen) throws IOException {
        Opened nobody = connecting("", "", new Field(ALLOWED, UUID.randomUUID().toString())).opened();
        nobody.link().abort();
        ConformanceWire.note(seen, "", nobody.answer());
        return nobody.answer().status() == 404 && nobody.answer().reason().contains("AllowedListeners");
    }

    private boolean http(Map<String, String> seen) throws IOException {
        ConformanceSender sending = new ConformanceSender(threads, () -> wire.get("/" + wire.path() + "/probe?x=1", List.of(new Field("X-Probe", "one"))));
        Request request = listener.request();
        ControlMessage.Call call = request.call();
        if (call == null) {
            throw new IOException("the request is to be fetched at a rendezvous");
        }
        seen.put("request", call.method() + " " + call.target());
        seen.put("request headers", String.join(", ", call.headers().keySet()));
        listener.channel().sendText(new Response(request.id(), 200, "OK", Map.of("X-Answer", "one"), false).toJson());
        Opened opened = sending.opened();
        opened.link().abort();
        HttpHead answer = opened.answer();
        ConformanceWire.note(seen, "", answer);
        seen.put("via", String.valueOf(answer.field("Via")));
        return answer.status() == 200 && answer.field("Via") != null && "one".equals(answer.field("X-Answer"));
    }

    private boolean neverAccepted(Map<String, String> seen) throws IOException {
        long began = System.nanoTime();
        ConformanceSender connecting = connecting("", "");
        listener.accept();
        Opened sender = connecting.opened();
        sender.link().abort();
        seen.put("after", Duration.ofNanos(System.nanoTime() - began).toMillis() + " ms");
        ConformanceWire.note(seen, "", sender.answer());
        return sender.answer().status() == 502 || sender.answer().status() == 504;
    }

    /** On a channel of its own, which may be ended by it (azure-relay-dotnet#103). */
    private boolean ping(Map<String, String> seen) throws IOException {
        try (ConformanceListener pinging = ConformanceListener.open(wire, threads)) {
            pinging.channel().ping(new byte[] {1});
            boolean ponged = pinging.ponged(MOMENT);
            String ended = pinging.ended(MOMENT);
            seen.put("pong", Boolean.toString(ponged));
            seen.put("channel", ended == null ? "stays" : ended);
            return ponged && ended == null;
        }
    }

    private boolean renew(Map<String, String> seen) throws IOException {
        listener.channel().sendText(new ControlMessage.RenewToken(String.valueOf(wire.token())).toJson());
        String ended = listener.ended(Duration.ofSeconds(1));
        seen.put("channel", ended == null ? "stays" : ended);
        return ended == null;
    }

    private boolean badRenew(Map<String, String> seen) throws IOException {
        listener.channel().sendText(new ControlMessage.RenewToken(wire.minted(wire.path(), true, MOMENT.multipliedBy(60))).toJson());
        String ended = listener.ended(MOMENT.multipliedBy(2));
        seen.put("channel", ended == null ? "stays" : ended);
        return ended != null && ended.startsWith("1008");
    }
}
