package org.apache.kafka.common.utils;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel.MapMode;
import java.util.function.Supplier;

/**
 * Stands before Kafka's own class of this name and lets a test set the wall clock of a broker: the
 * file that the property "clock" names holds the milliseconds by which it is ahead of the system's.
 */
final class SystemTime implements Time {
    private static final SystemTime SYSTEM_TIME = new SystemTime();

    private final ByteBuffer aheadMs;

    private SystemTime() {
        try (RandomAccessFile file = new RandomAccessFile(System.getProperty("clock"), "r")) {
            aheadMs = file.getChannel().map(MapMode.READ_ONLY, 0, Long.BYTES);
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
    }

    public static SystemTime getSystemTime() {
        return SYSTEM_TIME;
    }

    @Override
    public long milliseconds() {
        return System.currentTimeMillis() + aheadMs.getLong(0);
    }

    @Override
    public long nanoseconds() {
        return System.nanoTime();
    }

    @Override
    public void sleep(long ms) {
        Utils.sleep(ms);
    }

    @Override
    public void waitObject(Object object, Supplier<Boolean> condition, long deadlineMs)
            throws InterruptedException {
        synchronized (object) {
            while (!condition.get()) {
                long leftMs = deadlineMs - milliseconds();
                if (leftMs <= 0) {
                    throw new org.apache.kafka.common.errors.TimeoutException("Condition not satisfied before deadline");
                }
                object.wait(leftMs);
            }
        }
    }
}
