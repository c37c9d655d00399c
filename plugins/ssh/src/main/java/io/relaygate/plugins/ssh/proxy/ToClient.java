package io.relaygate.plugins.ssh.proxy;

import io.relaygate.plugins.ssh.client.TargetChannel;
import io.relaygate.plugins.ssh.wire.Incoming;
import java.io.IOException;
import java.util.concurrent.locks.Lock;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;

/**
 * Tells the client what the target says over a channel, in its order. One thread.
 *
 * @param answering held while the target is asked something: what it sends next is told after its answer
 */
record ToClient(Visit visit, ClientChannel channel, ChannelStory story, Lock answering) {

    /** Tells all of it, to the end. */
    void tell(TargetChannel from) {
        try {
            for (Incoming next = from.take(); next != null; next = from.take()) {
                tell(next);
            }
        } catch (IOException e) {
            if (!channel.isLeft()) {
                visit.targetLost(e);
                return;
            }
        }
        try {
            channel.close();
        } catch (IOException e) {
            // The client is gone.
        }
    }

    private void tell(Incoming next) {
        boolean forBytes = next instanceof Incoming.Data || next instanceof Incoming.Ended;
        if (forBytes && channel.isLeft()) {
            return;
        }
        try {
            say(next);
        } catch (IOException e) {
            // The client has closed the channel meanwhile, or is gone; what it sent before goes on to the target.
        }
    }

    private void say(Incoming next) throws IOException {
        visit.active();
        switch (next) {
            case Incoming.Data data -> {
                story.down(data.error(), data.bytes(), data.length());
                for (int sent = 0; sent < data.length(); ) {
                    int part = channel.room(data.length() - sent);
                    int from = sent;
                    inOrder(() -> channel.send(data.error(), data.bytes(), from, part));
                    sent += part;
                }
            }
            case Incoming.Ended _ -> inOrder(channel::end);
            case Incoming.ExitStatus(int status) -> {
                story.ended(Integer.toUnsignedString(status));
                Buffer body = new ByteArrayBuffer();
                body.putInt(status);
                inOrder(() -> channel.request("exit-status", body));
            }
            case Incoming.ExitSignal(String name, boolean core, String message) -> {
                story.ended("signal " + name);
                Buffer body = new ByteArrayBuffer();
                body.putString(name);
                body.putBoolean(core);
                body.putString(message);
                body.putString("");
                inOrder(() -> channel.request("exit-signal", body));
            }
            case Incoming.Request(String type, byte[] data) -> inOrder(() -> channel.request(type, new ByteArrayBuffer(data)));
        }
    }

    private interface Telling {
        void say() throws IOException;
    }

    private void inOrder(Telling telling) throws IOException {
        answering.lock();
        try {
            telling.say();
        } finally {
            answering.unlock();
        }
    }
}
