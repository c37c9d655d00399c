package io.relaygate.plugins.ssh.proxy;

import io.relaygate.plugins.ssh.client.ChannelOffer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.sshd.common.Service;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.SshException;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.closeable.AbstractCloseable;
import org.jspecify.annotations.Nullable;

/**
 * {@code ssh-connection} (RFC 4254) towards a client: gives what comes to the channel that it is for, and waits for nobody but the
 * client itself. One thread, the one that reads from the client; channels leave on threads of their own.
 */
final class Channels extends AbstractCloseable implements Service {

    static final String NAME = "ssh-connection";

    private static final int PROHIBITED = 1;
    private static final int UNKNOWN_TYPE = 3;
    private static final int SHORTAGE = 4;

    private final SshSession transport;
    private final Visit visit;
    private final Map<Integer, Carrying> open = new ConcurrentHashMap<>();
    private final Set<String> expected = ConcurrentHashMap.newKeySet();
    private final AtomicInteger last = new AtomicInteger();
    private final GlobalRequests global;
    private boolean noMoreSessions;

    Channels(SshSession transport, Visit visit) {
        this.transport = transport;
        this.visit = visit;
        this.global = new GlobalRequests(transport, visit, this);
    }

    @Override
    public Session getSession() {
        return transport;
    }

    @Override
    public Map<String, Object> getProperties() {
        return Map.of();
    }

    @Override
    public void start() {}

    /** The channels that there are. */
    Collection<Carrying> open() {
        return List.copyOf(open.values());
    }

    /** A channel is forgotten, if all of it is over. */
    void leave(ClientChannel channel, boolean refused) {
        if (refused || channel.isOver()) {
            open.remove(channel.id());
        }
    }

    @Override
    public void process(int command, Buffer buffer) throws Exception {
        transport.heard();
        if (command != SshConstants.SSH_MSG_GLOBAL_REQUEST) {
            // Such a one only asks whether anybody is there.
            visit.active();
        }
        switch (command) {
            case SshConstants.SSH_MSG_CHANNEL_OPEN -> open(buffer);
            case SshConstants.SSH_MSG_GLOBAL_REQUEST -> global(buffer);
            // Answers to what is never asked.
            case SshConstants.SSH_MSG_REQUEST_SUCCESS, SshConstants.SSH_MSG_REQUEST_FAILURE, SshConstants.SSH_MSG_CHANNEL_SUCCESS,
                    SshConstants.SSH_MSG_CHANNEL_FAILURE -> {}
            // A client that has not seen that it is logged in (RFC 4252 section 5.1).
            case SshConstants.SSH_MSG_USERAUTH_REQUEST -> {}
            case SshConstants.SSH_MSG_CHANNEL_OPEN_CONFIRMATION -> asked(buffer).opened(buffer.getUInt(), buffer.getUInt(), buffer.getUInt());
            case SshConstants.SSH_MSG_CHANNEL_OPEN_FAILURE -> {
                ClientChannel channel = asked(buffer);
                open.remove(channel.id());
                channel.refusedByClient((int) buffer.getUInt(), buffer.getString(StandardCharsets.UTF_8));
            }
            case SshConstants.SSH_MSG_CHANNEL_WINDOW_ADJUST, SshConstants.SSH_MSG_CHANNEL_DATA, SshConstants.SSH_MSG_CHANNEL_EXTENDED_DATA,
                    SshConstants.SSH_MSG_CHANNEL_EOF, SshConstants.SSH_MSG_CHANNEL_CLOSE, SshConstants.SSH_MSG_CHANNEL_REQUEST -> {
                Carrying channel = open.get((int) buffer.getUInt());
                if (channel == null || channel.channel().isAsked()) {
                    throw wrong("a message for a channel that is not open");
                }
                process(command, channel, buffer);
            }
            default -> throw wrong("message " + command + ", which nobody has asked for");
        }
    }

    /** The channel that the client answers for. */
    private ClientChannel asked(Buffer buffer) throws SshException {
        Carrying carrying = open.get((int) buffer.getUInt());
        if (carrying == null || !carrying.channel().isAsked()) {
            throw wrong("an answer for a channel that it was not asked for");
        }
        return carrying.channel();
    }

    private void process(int command, Carrying carrying, Buffer buffer) throws Exception {
        ClientChannel channel = carrying.channel();
        if (channel.closedAt() != null) {
            throw wrong("a message for a channel that it has closed");
        }
        switch (command) {
            case SshConstants.SSH_MSG_CHANNEL_WINDOW_ADJUST -> channel.widen(buffer.getUInt());
            case SshConstants.SSH_MSG_CHANNEL_DATA -> data(channel, buffer, true);
            case SshConstants.SSH_MSG_CHANNEL_EXTENDED_DATA -> {
                buffer.getUInt();
                data(channel, buffer, false);
            }
            case SshConstants.SSH_MSG_CHANNEL_EOF -> channel.fromClient().end();
            case SshConstants.SSH_MSG_CHANNEL_REQUEST -> {
                String type = buffer.getString(StandardCharsets.UTF_8);
                boolean answered = buffer.getBoolean();
                if (!channel.fromClient().put(new FromClient.Request(type, answered, rest(buffer)))) {
                    throw wrong("more requests on a channel than wait for their answer");
                }
            }
            default -> {
                channel.closedByClient(visit.now());
                leave(channel, false);
            }
        }
    }

    /** Clients have one stream to send (RFC 4254 section 5.2), and there is none for bytes of another. */
    private static void data(ClientChannel channel, Buffer buffer, boolean kept) throws Exception {
        int length = buffer.getInt();
        if (length < 0 || length > buffer.available()) {
            throw wrong("data that is not there");
        }
        if (!kept) {
            throw wrong("extended data, which programs cannot take");
        }
        if (!channel.fromClient().put(buffer.array(), buffer.rpos(), length)) {
            throw wrong("more data than the window of its channel");
        }
    }

    private static byte[] rest(Buffer buffer) {
        byte[] rest = new byte[buffer.available()];
        buffer.getRawBytes(rest);
        return rest;
    }

    private static SshException wrong(String what) {
        return new SshException(SshConstants.SSH2_DISCONNECT_PROTOCOL_ERROR, what);
    }

    private void open(Buffer buffer) throws IOException {
        String type = buffer.getString(StandardCharsets.UTF_8);
        long peer = buffer.getUInt();
        long window = buffer.getUInt();
        long packet = buffer.getUInt();
        byte[] openData = rest(buffer);
        ClientChannel channel = new ClientChannel(transport, last.getAndIncrement(), peer, type, window, packet);
        boolean session = type.equals("session");
        if (open.size() >= visit.limits().channels()) {
            channel.refuse(SHORTAGE, "a session has " + visit.limits().channels() + " channels at most here");
        } else if (session && noMoreSessions) {
            channel.refuse(PROHIBITED, "no more sessions were wanted");
        } else if (session || type.equals("direct-tcpip")) {
            String refused = session ? null : Forward.refusal(openData, visit.permit());
            if (refused != null) {
                visit.evidence().forwarded(Forward.named(openData), "refused", 0, 0);
                channel.refuse(PROHIBITED, refused);
                return;
            }
            Carrying carrying = new Carrying(visit, this, channel, openData);
            open.put(channel.id(), carrying);
            visit.session().fork("channel " + channel.id() + " up", carrying::up);
        } else {
            channel.refuse(UNKNOWN_TYPE, "channels of this type are not carried");
        }
    }

    private void global(Buffer buffer) throws SshException {
        String type = buffer.getString(StandardCharsets.UTF_8);
        boolean answered = buffer.getBoolean();
        if (type.equals("no-more-sessions@openssh.com")) {
            noMoreSessions = true;
        }
        if (!global.put(type, answered, rest(buffer))) {
            throw wrong("more global requests than wait for their answer");
        }
    }

    /** From now on the target may open channels of a type. */
    void expect(String type) {
        expected.add(type);
    }

    /** Whether the client would miss nothing if the target were lost. */
    boolean areIdle() {
        return open.isEmpty() && expected.isEmpty();
    }

    /** The target wants to open a channel. Called on a thread of its own. */
    void offered(ChannelOffer offer) throws IOException {
        if (!expected.contains(offer.type())) {
            offer.refuse(PROHIBITED, "nobody has asked for this");
            return;
        }
        if (open.size() >= visit.limits().channels()) {
            offer.refuse(SHORTAGE, "the client has no more channels");
            return;
        }
        ClientChannel channel = new ClientChannel(transport, last.getAndIncrement(), offer.type());
        Carrying carrying = new Carrying(visit, this, channel, offer.openData());
        open.put(channel.id(), carrying);
        carrying.back(offer);
    }

    /** The client is gone. */
    void abandon() {
        global.close();
        open.values().forEach(Carrying::abandon);
    }

    /** For messages: a channel by what it is. */
    static @Nullable String oneLine(@Nullable String text) {
        return text == null ? null : text.replaceAll("\\p{Cntrl}", " ");
    }
}
