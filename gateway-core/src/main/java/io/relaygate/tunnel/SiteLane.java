package io.relaygate.tunnel;

import io.relaygate.tunnel.CarrierRecord.Attach;
import io.relaygate.tunnel.CarrierRecord.Create;
import io.relaygate.tunnel.CarrierRecord.Hello;

/** The site's end of a lane ({@code docs/tunnel.md}, the site's table). */
final class SiteLane extends Lane {

    private final long id;
    private final Identity edge;
    private final Bits secret;
    private final int window;
    private volatile SiteTunnel.Origin origin = new SiteTunnel.Origin("", "");

    /** A lane that an edge has just asked for. */
    SiteLane(long id, Create create, long retentionCap, long now) {
        super(retentionCap, now);
        this.id = id;
        this.edge = create.edge();
        this.secret = create.secret();
        this.window = create.window();
    }

    @Override
    long id() {
        return id;
    }

    /** Where the present carrier comes from. */
    SiteTunnel.Origin origin() {
        return origin;
    }

    @Override
    String relay() {
        return origin.relay();
    }

    /** The edge whose lane this is. */
    Identity edge() {
        return edge;
    }

    @Override
    int peerWindow() {
        return window;
    }

    /**
     * Another process of the edge has spoken. The lane's own is dead if both are the same instance, and the words were
     * surely spoken after its last ones: they answer a HELLO that was said after those had been heard.
     *
     * @param asked when that HELLO was said
     */
    void otherProcess(Identity other, long asked) {
        if (edge.instance().equals(other.instance()) && !edge.boot().equals(other.boot()) && asked - heard > 0) {
            end(LaneEnd.PEER_LOST, "edge gateway " + edge.instance() + " has been started anew");
        }
    }

    /** Answers CREATE on the carrier that brought it. */
    void create(Carrier carrier, SiteTunnel.Origin from) {
        if (over()) {
            carrier.close("the site gateway has stopped");
            return;
        }
        origin = from;
        epoch = 1;
        fence(carrier);
        carrier.say(new CarrierRecord.Created(id));
        seen = true;
        enter(new State.Live());
    }

    /** Goes on with the lane on a carrier, if the edge may: S1, S2, S3. */
    void attach(Carrier carrier, Hello hello, Attach attach, SiteTunnel.Origin from) {
        Proof proof = new Proof(
                hello.versions(),
                attach.versions(),
                attach.version(),
                edge.boot(),
                hello.site().boot(),
                id,
                attach.epoch(),
                attach.nonce(),
                hello.nonce());
        if (!proof.ofEdge(secret, attach.received()).equals(attach.proof())) {
            carrier.close("the proof is wrong");
            return;
        }
        if (over()) {
            carrier.sayLast(new CarrierRecord.Gone(id, why()));
            return;
        }
        if (attach.epoch() <= epoch) {
            carrier.close("a stale epoch");
            return;
        }
        epoch = attach.epoch();
        origin = from;
        fence(carrier);
        if (!resumeAt(attach.received())) {
            return;
        }
        long received = received();
        carrier.say(new CarrierRecord.Attached(epoch, received, proof.ofSite(secret, attach.received(), received)));
        seen = true;
        enter(new State.Live());
    }

    /** How and why it has ended; empty before. */
    String why() {
        return state() instanceof State.Ended(LaneEnd end, String reason) ? end + ": " + reason : "";
    }

    @Override
    public String toString() {
        return "lane " + id + " from " + edge.instance() + ", " + state();
    }
}
