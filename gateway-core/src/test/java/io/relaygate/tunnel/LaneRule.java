package io.relaygate.tunnel;

import java.util.List;
import java.util.function.LongConsumer;

/**
 * A rule of lanes that cannot be left out, as a change of the sources that leaves it out. A carrier that is given up
 * hands over nothing any more, which could stand in for the fence: so changes to the fence let the old carrier speak on.
 */
enum LaneRule {
    FENCE_AT_THE_EDGE(
            new Change("Lane", "if (over() || carrier != cur) {", "if (over() || this instanceof SiteLane && carrier != cur) {"),
            new Change("Lane", "old != null && old != carrier", "old != null && old != carrier && this instanceof SiteLane")),
    FENCE_AT_THE_SITE(
            new Change("Lane", "if (over() || carrier != cur) {", "if (over() || this instanceof EdgeLane && carrier != cur) {"),
            new Change("Lane", "old != null && old != carrier", "old != null && old != carrier && this instanceof EdgeLane")),
    FENCE_BEFORE_THE_COUNT_AT_THE_EDGE(
            new Change("EdgeLane", "private long told;", "private long told; long early;"),
            new Change("EdgeLane", "told = received();", "told = early;"),
            new Change("Dialled", "this.lane = lane;", "this.lane = lane; lane.early = lane.received();")),
    FENCE_BEFORE_THE_COUNT_AT_THE_SITE(
            new Change("SiteLane", "private final long id;", "private final long id; long early;"),
            new Change("SiteLane", "long received = received();", "long received = early;"),
            new Change("SiteLanes", "this.origin = origin;", "this.origin = origin; lanes.values().forEach(each -> each.early = each.received());")),
    NO_DATA_BEFORE_THE_ANSWER(
            new Change(
                    "EdgeLane",
                    "id, epoch, told, nonce, proof));",
                    "id, epoch, told, nonce, proof)); seen = true; resumeAt(appended() - retained()); enter(new State.Live());"),
            new Change("EdgeLane", "throw new ProtocolException(\"an answer that nobody asked for\");", "return false;")),
    NO_WAY_BACK(
            new Change("Lane", "boolean seen;", "boolean seen; @Nullable Carrier before;"),
            new Change("Lane", "old.close(\"replaced\");", "before = old;"),
            new Change("Lane", "carrier.close(\"not the lane's carrier any more\");", ""),
            new Change(
                    "Lane",
                    "case State.Attaching(long since, long _) -> enter(new State.Detached(since));",
                    """
                    case State.Attaching(long since, long _) -> {
                        if (before != null && before.closed() == null) {
                            cur = before;
                            seen = true;
                            enter(new State.Live());
                        } else {
                            enter(new State.Detached(since));
                        }
                    }
                    """)),
    EPOCH_HIGHER_AT_THE_SITE(new Change("SiteLane", "attach.epoch() <= epoch", "attach.epoch() < 0")),
    NEXT_EPOCH_AFTER_A_LOST_ANSWER(new Change("EdgeLane", "first ? 1 : epoch + 1", "first ? 1 : seen ? epoch + 1 : epoch")),
    NONCES_IN_THE_PROOF(
            ReplayedAttach.class,
            new Change("Proof", "mac.update(siteNonce.bytes());", "")),
    ID_BY_THE_SITE(
            RevivedLane.class,
            new Change(
                    "SiteLanes",
                    "SiteLane created = new SiteLane(ids.incrementAndGet(),",
                    """
                    long id = create.secret().hashCode() & 0xffffffffL;
                    SiteLane known = lanes.get(id);
                    if (known != null) {
                        if (known.received() + known.appended() > 0) {
                            throw new ProtocolException("a lane is created twice");
                        }
                        bind(known, () -> known.create(carrier, origin));
                        return;
                    }
                    SiteLane created = new SiteLane(id,\
                    """)),
    BOOT_OF_THE_DIAL(
            new Change("EdgeLane", "&& asked != null", ""), new Change("EdgeLane", "&& known.boot().equals(asked)", "")),
    HELLO_YOUNGER_THAN_THE_LAST_BYTE_OF_AN_EDGE(new Change("SiteLane", " && asked - heard > 0", "")),
    LANES_OF_ONE_BOOT_LIVE_TOGETHER(new Change("SiteLane", " && !edge.boot().equals(other.boot())", ""));

    /**
     * A change of a source.
     *
     * @param from what stands there once
     */
    record Change(String file, String from, String to) {}

    private final Class<? extends LongConsumer> scenario;
    @SuppressWarnings("ImmutableEnumChecker") // It is made by List.of.
    private final List<Change> changes;

    LaneRule(Change... changes) {
        this(LaneSimulation.class, changes);
    }

    LaneRule(Class<? extends LongConsumer> scenario, Change... changes) {
        this.scenario = scenario;
        this.changes = List.of(changes);
    }

    /** What fails without the rule. */
    Class<? extends LongConsumer> scenario() {
        return scenario;
    }

    List<Change> changes() {
        return changes;
    }
}
