package io.relaygate.plugins.ssh.proxy;

import io.relaygate.plugins.ssh.client.ChannelOffer;
import io.relaygate.plugins.ssh.client.ChannelRefusedException;
import io.relaygate.plugins.ssh.client.TargetChannel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Carries one channel between the client and the target: requests, bytes and ends in their order, and nothing of it is looked into but
 * what policy asks for. Two threads, one for each direction.
 */
final class Carrying {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int CONNECT_FAILED = 2;

    private final Visit visit;
    private final Channels channels;
    private final ClientChannel channel;
    private final byte[] openData;
    private final ChannelStory story;
    private final ToClient toClient;

    /** Held while the target is asked something, so that what it sends next is told after its answer. */
    private final Lock answering = new ReentrantLock();

    private volatile @Nullable TargetChannel target;
    private boolean begun;
    private int parts = 2;
    private boolean up = true;

    Carrying(Visit visit, Channels channels, ClientChannel channel, byte[] openData) {
        this.visit = visit;
        this.channels = channels;
        this.channel = channel;
        this.openData = openData;
        this.story = new ChannelStory(visit, channel.id(), channel.type(), openData);
        this.toClient = new ToClient(visit, channel, story, answering);
    }

    ClientChannel channel() {
        return channel;
    }

    /** The client is gone. */
    void abandon() {
        channel.abandon();
        closeTarget();
    }

    /** What the client sent when it closed the channel is not taken: whoever waits for that is told. */
    void closeTarget() {
        TargetChannel known = target;
        if (known != null) {
            known.close();
        }
    }

    /** Opens the channel at the target, and carries what the client says. */
    void up() {
        TargetChannel opened = open();
        if (opened == null) {
            return;
        }
        reached(opened);
        if (confirm(opened)) {
            both(opened);
        }
    }

    /** Has the client open a channel that the target wants, and carries it. */
    void back(ChannelOffer offer) throws IOException {
        Optional<ClientChannel.Refusal> refusal;
        try {
            refusal = channel.ask(openData, visit.soon(PATIENCE));
        } catch (IOException e) {
            refusal = Optional.of(new ClientChannel.Refusal(CONNECT_FAILED, String.valueOf(e.getMessage())));
        }
        if (refusal.isPresent()) {
            story.refused("refused by the client");
            channels.leave(channel, true);
            offer.refuse(refusal.get().reason(), refusal.get().words());
            return;
        }
        TargetChannel opened = offer.accept();
        reached(opened);
        visit.session().fork("channel " + channel.id() + " up", () -> both(opened));
    }

    private void reached(TargetChannel opened) {
        target = opened;
        if (visit.isOver()) {
            opened.close();
        }
    }

    private void both(TargetChannel opened) {
        visit.session().fork("channel " + channel.id() + " down", () -> down(opened));
        try {
            carry(opened);
        } catch (IOException e) {
            // The client is gone, and who reads from it knows that too.
            channel.abandon();
            opened.close();
        } finally {
            synchronized (this) {
                up = false;
            }
            left();
        }
    }

    /** Before the target is heard: a client cannot tell what is for a channel that it does not know yet. */
    private boolean confirm(TargetChannel opened) {
        try {
            channel.confirm();
            return true;
        } catch (IOException e) {
            opened.close();
            channels.leave(channel, true);
            return false;
        }
    }

    private @Nullable TargetChannel open() {
        try {
            return visit.target().open(channel.type(), openData, visit.soon(PATIENCE));
        } catch (ChannelRefusedException e) {
            refuse(e.reason(), e.getMessage());
        } catch (IOException e) {
            refuse(CONNECT_FAILED, e.getMessage());
        }
        return null;
    }

    private void refuse(int reason, @Nullable String why) {
        String words = "target " + visit.place() + ": " + why;
        story.refused(words);
        channels.leave(channel, true);
        try {
            channel.refuse(reason, String.valueOf(Channels.oneLine(words)));
        } catch (IOException e) {
            // The client is gone.
        }
    }

    private void left() {
        synchronized (this) {
            parts--;
            if (parts > 0) {
                return;
            }
        }
        story.over();
        channel.done();
        channels.leave(channel, false);
    }

    private void carry(TargetChannel to) throws IOException {
        boolean taken = true;
        while (true) {
            switch (channel.fromClient().take()) {
                case FromClient.Data data -> {
                    taken = taken && write(to, data);
                    int more = channel.fromClient().taken(data.length());
                    if (more > 0) {
                        channel.let(more);
                    }
                }
                case FromClient.Request request -> ask(to, request);
                case FromClient.Ended _ -> {
                    if (taken) {
                        finish(to);
                    }
                }
                case FromClient.Closed _ -> {
                    to.hangUp();
                    return;
                }
            }
        }
    }

    /** False if the target takes nothing any more: its program is over, or it is lost, and the other direction says which. */
    private boolean write(TargetChannel to, FromClient.Data data) {
        try {
            story.sends(data.bytes(), data.length());
            to.write(data.bytes(), 0, data.length());
            story.up(data.length());
            visit.active();
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static void finish(TargetChannel to) {
        try {
            to.finish();
        } catch (IOException e) {
            // As for bytes.
        }
    }

    private void ask(TargetChannel to, FromClient.Request request) throws IOException {
        Asking asking = channel.type().equals("session") ? Asking.of(request, visit.permit()) : new Asking.Refused(null);
        switch (asking) {
            case Asking.Refused(var why) -> refuse(request, why);
            case Asking.Program _ when begun -> refuse(request, "the channel has its program already");
            case Asking.Program(var kind, var what) -> {
                String refused = story.begins(kind, what);
                if (refused == null) {
                    begun = pass(to, request);
                } else {
                    refuse(request, refused);
                }
            }
            case Asking.Detail _ -> {
                if (Asking.isForAgent(request)) {
                    channels.expect(Asking.AGENT);
                }
                story.passes(request);
                pass(to, request);
            }
        }
    }

    private boolean pass(TargetChannel to, FromClient.Request request) throws IOException {
        answering.lock();
        try {
            boolean success = asked(to, request);
            if (request.answered()) {
                channel.answer(success);
            }
            return success;
        } finally {
            answering.unlock();
        }
    }

    private boolean asked(TargetChannel to, FromClient.Request request) {
        try {
            return to.request(request.type(), request.data(), request.answered(), visit.soon(PATIENCE));
        } catch (IOException e) {
            return false;
        }
    }

    private void refuse(FromClient.Request request, @Nullable String why) throws IOException {
        if (why != null) {
            visit.evidence().refused(request.type());
            byte[] words = ("relaygate: " + why + "\r\n").getBytes(StandardCharsets.UTF_8);
            if (!begun && (request.answered() || isForAProgram(request))) {
                channel.send(true, words, 0, channel.room(words.length));
            }
        }
        if (request.answered()) {
            channel.answer(false);
        } else if (!begun && isForAProgram(request)) {
            // Who wants no answer would wait for what its program says.
            channel.close();
        }
    }

    private static boolean isForAProgram(FromClient.Request request) {
        return List.of("shell", "exec", "subsystem").contains(request.type());
    }

    /** Carries what the target says. */
    private void down(TargetChannel from) {
        try {
            toClient.tell(from);
        } finally {
            from.close();
            left();
        }
    }

    /** Whether the client has closed it so long ago that nobody waits for what it has sent. */
    boolean isLeftBehind(Instant before) {
        Instant closed = channel.closedAt();
        return closed != null && closed.isBefore(before) && goesUp();
    }

    private synchronized boolean goesUp() {
        return up;
    }
}
