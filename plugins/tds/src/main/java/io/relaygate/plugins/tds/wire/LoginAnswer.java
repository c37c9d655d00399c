package io.relaygate.plugins.tds.wire;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a server answers to a login, or to a word of Kerberos or NTLM: one message of tokens.
 *
 * @param process the server's process (SPID)
 * @param tokens in their order
 */
public record LoginAnswer(int process, List<Token> tokens) {

    private static final int LOGIN_FAILED = 18456;

    /** Keeps its own copy. */
    public LoginAnswer {
        tokens = List.copyOf(tokens);
    }

    /**
     * Reads the data of a message.
     *
     * @param version what the client wants to speak: how long tokens are before the server has said its own
     * @throws MalformedException if it is none
     */
    public static LoginAnswer parse(Message message, int version) throws MalformedException {
        if (message.type() != PacketHeader.RESULT) {
            throw new MalformedException("a message of type " + message.type() + " in answer to a login");
        }
        List<Token> tokens = new ArrayList<>();
        ByteBuffer in = message.data();
        boolean from72 = TdsVersion.isFrom72(version);
        try {
            while (in.hasRemaining()) {
                Token token = next(in, from72);
                tokens.add(token);
                if (token instanceof Token.LoginAck ack) {
                    from72 = TdsVersion.isFrom72(ack.version());
                }
            }
        } catch (BufferUnderflowException e) {
            throw new MalformedException("an answer to a login that is cut off");
        }
        return new LoginAnswer(message.process(), tokens);
    }

    private static Token next(ByteBuffer in, boolean from72) throws MalformedException {
        int type = in.get() & 0xff;
        return switch (type) {
            case Token.LoginAck.TYPE -> {
                ByteBuffer body = counted(in);
                int language = body.get() & 0xff;
                yield new Token.LoginAck(language, Integer.reverseBytes(body.getInt()), body);
            }
            case Token.EnvChange.TYPE -> {
                ByteBuffer body = counted(in);
                yield new Token.EnvChange(body.get() & 0xff, body);
            }
            case Token.Notice.ERROR, Token.Notice.INFO -> {
                ByteBuffer body = counted(in);
                int number = body.getInt();
                int state = body.get() & 0xff;
                int severity = body.get() & 0xff;
                String text = text(body, body.getShort() & 0xffff);
                String server = text(body, body.get() & 0xff);
                yield new Token.Notice(type == Token.Notice.ERROR, number, state, severity, text, server, body);
            }
            case Token.Done.STATEMENT, Token.Done.CALL, Token.Done.IN_CALL -> {
                // A server that refuses may be older than the client, and does not say so.
                boolean whole = from72 && in.remaining() != 8;
                int status = in.getShort() & 0xffff;
                int command = in.getShort() & 0xffff;
                yield new Token.Done(type, status, command, whole ? in.getLong() : Integer.toUnsignedLong(in.getInt()), whole);
            }
            case Token.Granted.TYPE -> new Token.Granted(Feature.read(in));
            default -> other(type, in);
        };
    }

    /** How long a token is says its type (section 2.2.4.2); of one that is not known all that follows is part. */
    private static Token other(int type, ByteBuffer in) {
        ByteBuffer counted = in.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        int length = switch (type) {
            case 0xa4, 0xa5, 0xa9, Token.Other.SSPI -> 2 + (counted.getShort() & 0xffff);
            case 0xe4, Token.Other.FEDERATED -> 4 + counted.getInt();
            case 0x79 -> 4;
            default -> in.remaining();
        };
        return new Token.Other(type, part(in, length));
    }

    private static ByteBuffer counted(ByteBuffer in) {
        return part(in, in.getShort() & 0xffff);
    }

    private static ByteBuffer part(ByteBuffer in, int length) {
        if (length < 0 || length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        ByteBuffer part = in.slice(in.position(), length).order(ByteOrder.LITTLE_ENDIAN);
        in.position(in.position() + length);
        return part;
    }

    private static String text(ByteBuffer in, int characters) {
        ByteBuffer text = part(in, 2 * characters);
        return StandardCharsets.UTF_16LE.decode(text).toString();
    }

    /** That the login is accepted; null if it is not, or not yet. */
    public Token.@Nullable LoginAck accepted() {
        return all(Token.LoginAck.class).findFirst().orElse(null);
    }

    /** Where the client is to connect in place of here; null if nowhere. */
    public Token.@Nullable EnvChange routing() {
        return all(Token.EnvChange.class).filter(Token.EnvChange::routes).findFirst().orElse(null);
    }

    /** The database that the session begins in; null if the server does not say. */
    public @Nullable String database() {
        return all(Token.EnvChange.class).filter(change -> change.kind() == Token.EnvChange.DATABASE).map(Token.EnvChange::text)
                .reduce((_, last) -> last).orElse(null);
    }

    /** The first error; null if there is none. */
    public Token.@Nullable Notice error() {
        return all(Token.Notice.class).filter(Token.Notice::error).findFirst().orElse(null);
    }

    /** Whether the server waits for another word of the client before it decides. */
    public boolean wantsMore() {
        return accepted() == null && error() == null
                && all(Token.Other.class).anyMatch(other -> other.type() == Token.Other.SSPI || other.type() == Token.Other.FEDERATED);
    }

    private <T extends Token> Stream<T> all(Class<T> kind) {
        return tokens.stream().filter(kind::isInstance).map(kind::cast);
    }

    /** The same with each token changed, or left out where null comes of it. */
    public LoginAnswer with(UnaryOperator<@Nullable Token> change) {
        List<Token> changed = new ArrayList<>();
        for (Token token : tokens) {
            Token made = change.apply(token);
            if (made != null) {
                changed.add(made);
            }
        }
        return new LoginAnswer(process, changed);
    }

    /** The same that also grants a feature, as a server says it: before it is done. */
    public LoginAnswer granting(Feature feature) {
        List<Token> changed = new ArrayList<>(tokens);
        for (int i = 0; i < changed.size(); i++) {
            if (changed.get(i) instanceof Token.Granted granted) {
                List<Feature> all = new ArrayList<>(granted.features());
                all.add(feature);
                changed.set(i, new Token.Granted(all));
                return new LoginAnswer(process, changed);
            }
        }
        int last = !changed.isEmpty() && changed.getLast() instanceof Token.Done ? changed.size() - 1 : changed.size();
        changed.add(last, new Token.Granted(List.of(feature)));
        return new LoginAnswer(process, changed);
    }

    /** A message of it. */
    public Message message() {
        TokenWriter out = new TokenWriter();
        tokens.forEach(token -> token.write(out));
        return new Message(PacketHeader.RESULT, process, ByteBuffer.wrap(out.toBytes()));
    }

    /**
     * An error that a client sees as the server's answer to whatever it has asked.
     *
     * @param kind {@link Token.Done#STATEMENT}, or {@link Token.Done#CALL} in answer to a call
     * @param version what the client speaks
     */
    public static LoginAnswer failure(int kind, int number, int state, int severity, String message, String server, int version) {
        boolean from72 = TdsVersion.isFrom72(version);
        return new LoginAnswer(0, List.of(
                Token.Notice.error(number, state, severity, message, server, from72),
                new Token.Done(kind, Token.Done.FAILED, 0, 0, from72)));
    }

    /** Whether it says that whoever logs in is not believed. */
    public boolean saysLoginFailed() {
        Token.Notice error = error();
        return error != null && error.number() == LOGIN_FAILED;
    }
}
