package io.relaygate.plugins.http.wire;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** Reads messages and writes them again, as the two sides of an exchange do. */
final class Passing {

    private Passing() {}

    /**
     * What came of it.
     *
     * @param status with which it was refused; 0 if it was not; 1 if it ends in the middle
     * @param out what was written before
     */
    record Outcome(int status, String out, String why) {}

    private static String text(ByteArrayOutputStream sink) {
        return sink.toString(StandardCharsets.ISO_8859_1);
    }

    static Outcome requests(InputStream in, Limits limits) {
        ByteArrayOutputStream sink = new ByteArrayOutputStream();
        Buffers buffers = new Buffers();
        Input input = new Input(in, buffers);
        Output output = new Output(sink, buffers);
        RequestReader reader = new RequestReader(input, limits);
        try {
            while (true) {
                output.head(reader.head());
                pass(reader, output);
                input.rest();
            }
        } catch (MalformedException e) {
            return new Outcome(e.status(), text(sink), String.valueOf(e.getMessage()));
        } catch (TruncatedException e) {
            return new Outcome(e.silent() ? 0 : 1, text(sink), String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    static Outcome responses(InputStream in, boolean toHead) {
        ByteArrayOutputStream sink = new ByteArrayOutputStream();
        Buffers buffers = new Buffers();
        Input input = new Input(in, buffers);
        Output output = new Output(sink, buffers);
        ResponseReader reader = new ResponseReader(input, Limits.USUAL);
        try {
            while (true) {
                ResponseHead head = reader.head(toHead);
                Framing body = head.body() instanceof Framing.ToTheEnd ? Framing.CHUNKED : head.body();
                output.head(new ResponseHead(head.status(), head.reason(), Version.HTTP_1_1, head.fields(), body));
                if (head.status() == 101) {
                    output.flush();
                    input.drainTo(sink);
                    return new Outcome(0, text(sink), "");
                }
                pass(reader, output);
            }
        } catch (MalformedException e) {
            return new Outcome(e.status(), text(sink), String.valueOf(e.getMessage()));
        } catch (TruncatedException e) {
            return new Outcome(e.silent() ? 0 : 1, text(sink), String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void pass(MessageReader reader, Output output) throws IOException {
        while (reader.next()) {
            reader.passTo(output);
        }
        output.end(reader.trailers());
        output.flush();
    }
}
