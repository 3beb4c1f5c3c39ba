// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.header;

import org.eclipse.cdt.core.dom.ast.IASTFileLocation;
import org.eclipse.cdt.core.parser.IToken;
import org.eclipse.cdt.internal.core.parser.scanner.ILocationResolver;
import org.eclipse.cdt.internal.core.parser.scanner.Token;

/** Tracks the parser's position in a declaration, and a reason to withhold the rest of it. */
final class Progress {

    private final Nesting nesting;
    private final Asides asides;
    private final ILocationResolver places;
    private final Definitions definitions;

    /** The offset of the declaration's beginning; -1 before its first token. */
    private int start = -1;

    /** The reason why the declaration cannot be read; {@code null} if it can. */
    private String broken;

    Progress(Nesting nesting, Asides asides, ILocationResolver places) {
        this.nesting = nesting;
        this.asides = asides;
        this.places = places;
        this.definitions = new Definitions(asides.definitions);
    }

    /** Notes a token that is passed to the parser; returns false if the rest of the declaration must be withheld. */
    boolean pass(Token token) {
        nesting.pass(token);
        definitions.pass(token, nesting.open().size());
        if (start < 0) {
            start = token.getOffset();
        }
        if (token.getType() == IToken.tSEMI && nesting.isOutermost()) {
            if (broken != null) {
                end(token.getEndOffset());
            }
            start = -1;
        }
        if (nesting.isTooDeep() && broken == null) {
            broken = Nesting.TOO_DEEP;
            return false;
        }
        return true;
    }

    /** Notes the reason why the declaration cannot be read. */
    void breaks(String reason) {
        broken = reason;
    }

    private void end(int to) {
        IASTFileLocation place = places.getMappedFileLocation(start, to - start);
        String text = new String(places.getUnpreprocessedSignature(place));
        asides.broken.put(start, new Asides.Broken(to, place, text, broken));
        broken = null;
    }
}
