package io.relaygate.plugins.tds.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A word of a server (MS-TDS section 2.2.7), of those that an answer to a login is made of. What is not known passes as it is.
 */
public sealed interface Token {

    /** The byte that says which it is. */
    int type();

    /** Appends it as it is on the wire. */
    void write(TokenWriter out);

    /**
     * The login is accepted (section 2.2.7.14).
     *
     * @param version of the protocol from now on
     * @param rest the server's program and its version
     */
    record LoginAck(int language, int version, ByteBuffer rest) implements Token {

        static final int TYPE = 0xad;

        /** Keeps the rest as it is. */
        public LoginAck {
            rest = rest.slice().asReadOnlyBuffer();
        }

        @Override
        public ByteBuffer rest() {
            return rest.duplicate();
        }

        @Override
        public int type() {
            return TYPE;
        }

        @Override
        public void write(TokenWriter out) {
            out.int8(TYPE).int16(5 + rest.remaining()).int8(language).int32(Integer.reverseBytes(version)).bytes(rest);
        }
    }

    /**
     * Something about the session is another from now on (section 2.2.7.9).
     *
     * @param kind 1 the database, 4 the size of packets, 20 and 21 the server
     * @param values the new one and the old one
     */
    record EnvChange(int kind, ByteBuffer values) implements Token {

        static final int TYPE = 0xe3;

        /** Of kind: the database. */
        public static final int DATABASE = 1;

        /** Of kind: the size of packets, in decimal digits. */
        public static final int PACKET_SIZE = 4;

        /** Of kind: the name of the server's mirror. */
        public static final int MIRROR = 13;

        /** Of kind: the client is to connect elsewhere. */
        public static final int ROUTING = 20;

        /** Of kind: the same with a database. */
        public static final int ENHANCED_ROUTING = 21;

        /** Keeps the values as they are. */
        public EnvChange {
            values = values.slice().asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
        }

        @Override
        public ByteBuffer values() {
            return values.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        }

        @Override
        public int type() {
            return TYPE;
        }

        @Override
        public void write(TokenWriter out) {
            out.int8(TYPE).int16(1 + values.remaining()).int8(kind).bytes(values);
        }

        /** The new value, of kinds whose values are texts; empty if it cannot be read. */
        public String text() {
            ByteBuffer in = values();
            int length = in.hasRemaining() ? 2 * (in.get() & 0xff) : 0;
            return length > in.remaining() ? "" : StandardCharsets.UTF_16LE.decode(in.slice(in.position(), length)).toString();
        }

        /** Whether the client is to connect elsewhere. */
        public boolean routes() {
            return kind == ROUTING || kind == ENHANCED_ROUTING;
        }

        /**
         * Where the client is to connect.
         *
         * @throws MalformedException if it cannot be read, or is not reached by TCP
         */
        public Routing routing() throws MalformedException {
            return Routing.parse(values(), kind == ENHANCED_ROUTING);
        }
    }

    /**
     * An error or a notice (sections 2.2.7.10 and 2.2.7.13).
     *
     * @param error whether it is one
     * @param number by which clients know it
     * @param severity 11 to 16 are the user's, 17 to 19 the server's, from 20 on the connection is over
     * @param server who says it
     * @param rest the procedure and the line
     */
    record Notice(boolean error, int number, int state, int severity, String message, String server, ByteBuffer rest) implements Token {

        static final int ERROR = 0xaa;
        static final int INFO = 0xab;

        /** Keeps the rest as it is. */
        public Notice {
            rest = rest.slice().asReadOnlyBuffer();
        }

        /** An error that no procedure has made, for a client of 7.2 and later or of before. */
        static Notice error(int number, int state, int severity, String message, String server, boolean from72) {
            return new Notice(true, number, state, severity, message, server, ByteBuffer.allocate(from72 ? 5 : 3));
        }

        @Override
        public ByteBuffer rest() {
            return rest.duplicate();
        }

        @Override
        public int type() {
            return error ? ERROR : INFO;
        }

        @Override
        public void write(TokenWriter out) {
            TokenWriter body = new TokenWriter().int32(number).int8(state).int8(severity).text(message).shortText(server).bytes(rest);
            out.int8(type()).int16(body.size()).bytes(body.toBytes());
        }
    }

    /**
     * A statement, a call or all of them are done (sections 2.2.7.6 to 2.2.7.8).
     *
     * @param kind {@link #STATEMENT}, {@link #CALL} or {@link #IN_CALL}
     * @param status bits
     * @param command which
     * @param rows how many, if the status says so
     * @param from72 whether it is written as since 7.2
     */
    record Done(int kind, int status, int command, long rows, boolean from72) implements Token {

        /** Of kind: a statement. */
        public static final int STATEMENT = 0xfd;

        /** Of kind: a call of a procedure. */
        public static final int CALL = 0xfe;

        /** Of kind: a statement in a call. */
        public static final int IN_CALL = 0xff;

        /** Of status: more of it comes. */
        public static final int MORE = 0x01;

        /** Of status: it has failed. */
        public static final int FAILED = 0x02;

        /** Of status: there is a number of rows. */
        public static final int COUNTED = 0x10;

        @Override
        public int type() {
            return kind;
        }

        @Override
        public void write(TokenWriter out) {
            out.int8(kind).int16(status).int16(command);
            if (from72) {
                out.int64(rows);
            } else {
                out.int32((int) rows);
            }
        }
    }

    /** What the server grants of what the client asked for (section 2.2.7.11). */
    record Granted(List<Feature> features) implements Token {

        static final int TYPE = 0xae;

        /** Keeps its own copy. */
        public Granted {
            features = List.copyOf(features);
        }

        @Override
        public int type() {
            return TYPE;
        }

        @Override
        public void write(TokenWriter out) {
            out.int8(TYPE);
            Feature.write(features, out);
        }
    }

    /**
     * Any other.
     *
     * @param data all that follows its type
     */
    record Other(int type, ByteBuffer data) implements Token {

        /** Of type: the server's next word of Kerberos or NTLM. */
        public static final int SSPI = 0xed;

        /** Of type: where the client gets its token of federated authentication. */
        public static final int FEDERATED = 0xee;

        /** Keeps the data as they are. */
        public Other {
            data = data.slice().asReadOnlyBuffer();
        }

        @Override
        public ByteBuffer data() {
            return data.duplicate();
        }

        @Override
        public void write(TokenWriter out) {
            out.int8(type).bytes(data);
        }
    }
}
