// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.tuntap.TunMode;
import dev.jrtap.tuntap.TunOffload;
import dev.jrtap.tuntap.VnetHeader;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Cuts super-packets that the kernel refuses, before they are sent again. The refusal is remembered: the next one of
 * its kind is cut without asking. Pieces wait here until there is room for them.
 *
 * <p>Threads: the owner of the queue pair.
 */
final class SoftwareSegmentation {

    /** As many pieces as a super-packet of the smallest useful segments gives, and some of the next. */
    private static final int MOST_PIECES = 512;

    private final PacketPool pool;
    private final Segmenter segmenter;
    private final Burst whole;
    private final Burst pieces;
    private final VnetHeader header = new VnetHeader();
    private final Set<TunOffload> kinds;

    /** Cuts super-packets of {@code kinds} from the start. */
    SoftwareSegmentation(PacketPool pool, TunMode mode, Set<TunOffload> kinds) {
        this.pool = pool;
        this.segmenter = new Segmenter(mode);
        this.whole = new Burst(pool, 1);
        this.pieces = new Burst(pool, MOST_PIECES);
        EnumSet<TunOffload> copy = EnumSet.noneOf(TunOffload.class);
        copy.addAll(kinds);
        this.kinds = copy;
    }

    /** Returns what is left to the kernel to cut: TSO, USO, or {@code null} for a packet that needs no cutting. */
    private @Nullable TunOffload kind(int packet) {
        if (!pool.hasHeadroom(packet) || VnetHeader.isClear(pool.memory(), pool.header(packet))) {
            return null;
        }
        return switch (header.wrap(pool.memory(), pool.header(packet)).gsoType()) {
            case VnetHeader.GSO_UDP -> TunOffload.USO;
            case VnetHeader.GSO_TCPV4, VnetHeader.GSO_TCPV6 -> TunOffload.TSO;
            // Nothing to be cut, or a type that nobody knows, which the kernel refuses.
            default -> null;
        };
    }

    /** Returns whether the kernel is not to be asked to cut this packet. */
    boolean isNeeded(int packet) {
        if (kinds.isEmpty()) {
            return false;
        }
        TunOffload kind = kind(packet);
        return kind != null && kinds.contains(kind);
    }

    /**
     * Returns whether the kernel may have refused the packet because of what it was asked to do; that is remembered.
     */
    boolean remembers(int packet) {
        TunOffload kind = kind(packet);
        if (kind != null) {
            kinds.add(kind);
        }
        return kind != null;
    }

    /**
     * Cuts a packet that nobody holds.
     *
     * @return {@code false} if it is no TCP or UDP, or there is no room for its pieces: then it is as it was
     */
    boolean cut(int packet) {
        whole.append(packet);
        if (segmenter.segment(whole, 0, pieces) > 0) {
            whole.release();
            return true;
        }
        whole.remove(0);
        whole.release();
        return false;
    }

    boolean hasPieces() {
        return pieces.size() > 0;
    }

    /** Returns the piece that goes next. */
    int first() {
        return pieces.head(0);
    }

    /** The first piece has been accepted. */
    void removeFirst() {
        pieces.removeFirst(1);
    }

    /** Returns how many pieces have not been sent. */
    int pieces() {
        return pieces.size();
    }

    /** Releases what has not been sent. */
    void release() {
        pieces.release();
    }
}
