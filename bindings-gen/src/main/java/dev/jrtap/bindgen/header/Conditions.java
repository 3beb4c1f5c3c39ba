// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.header;

import java.util.ArrayList;
import java.util.List;
import org.eclipse.cdt.core.parser.IToken;
import org.eclipse.cdt.core.parser.util.CharArrayMap;
import org.eclipse.cdt.internal.core.parser.scanner.CPreprocessor;
import org.eclipse.cdt.internal.core.parser.scanner.LocationMap;
import org.eclipse.cdt.internal.core.parser.scanner.OpenEvaluator;
import org.eclipse.cdt.internal.core.parser.scanner.PreprocessorMacro;
import org.eclipse.cdt.internal.core.parser.scanner.Token;
import org.eclipse.cdt.internal.core.parser.scanner.TokenList;

/**
 * Evaluates the conditions of {@code #if}, with C's unsigned numbers. The parser's own evaluator has signed numbers
 * only, and takes the wrong branch for {@code ULONG_MAX > 0xffffffff}.
 *
 * <p>{@code defined}, {@code __has_include} and malformed expressions are left to the parser's evaluator.
 *
 * <p>Source: C17, 6.10.1.
 */
final class Conditions extends OpenEvaluator {

    /** Thrown for a condition that only the parser's own evaluator may know. */
    private static final class Unknown extends Exception {

        private static final long serialVersionUID = 1L;
    }

    /** Operators by precedence, the lowest first. */
    private static final int[][] BINARY = {
        {IToken.tOR},
        {IToken.tAND},
        {IToken.tBITOR},
        {IToken.tXOR},
        {IToken.tAMPER},
        {IToken.tEQUAL, IToken.tNOTEQUAL},
        {IToken.tLT, IToken.tGT, IToken.tLTEQUAL, IToken.tGTEQUAL},
        {IToken.tSHIFTL, IToken.tSHIFTR},
        {IToken.tPLUS, IToken.tMINUS},
        {IToken.tSTAR, IToken.tDIV, IToken.tMOD},
    };

    /** Numbers with at least this many characters may exceed the signed range. */
    private static final int MOST_DIGITS = 16;

    private final boolean charIsSigned;
    private CharArrayMap<PreprocessorMacro> macros;
    private LocationMap places;
    private List<Token> tokens = List.of();
    private int at;

    Conditions(CPreprocessor preprocessor, boolean charIsSigned) {
        super(preprocessor);
        this.charIsSigned = charIsSigned;
    }

    @Override
    public boolean evaluate(TokenList list, CharArrayMap<PreprocessorMacro> defined, LocationMap map)
            throws EvalException {
        if (isSigned(list)) {
            return super.evaluate(list, defined, map);
        }
        tokens = new ArrayList<>();
        for (Token token = list.first(); token != null; token = (Token) token.getNext()) {
            tokens.add(token);
        }
        macros = defined;
        places = map;
        at = 0;
        try {
            Intmax value = comma(true);
            if (type() == IToken.tEND_OF_INPUT) {
                return value.isTrue();
            }
        } catch (Unknown e) {
            // It says what is wrong.
        }
        return super.evaluate(list, defined, map);
    }

    /** Returns whether a condition is left to the parser's evaluator, which is right if all numbers are signed. */
    private static boolean isSigned(TokenList list) {
        for (Token token = list.first(); token != null; token = (Token) token.getNext()) {
            if (!isSigned(token)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isSigned(Token token) {
        return switch (token.getType()) {
            case IToken.tINTEGER -> {
                char[] image = token.getCharImage();
                char last = image[image.length - 1];
                yield image.length < MOST_DIGITS && last >= '0' && last <= '9';
            }
            case IToken.tCHAR, IToken.tDIV, IToken.tMOD, IToken.tCOMMA -> false;
            case IToken.tIDENTIFIER, CPreprocessor.tEXPANDED_IDENTIFIER -> !isQuestion(token);
            default -> true;
        };
    }

    private int type() {
        return at < tokens.size() ? tokens.get(at).getType() : IToken.tEND_OF_INPUT;
    }

    private boolean skip(int type) {
        boolean there = type() == type;
        at += there ? 1 : 0;
        return there;
    }

    /**
     * Parses a comma expression; {@code live} is false for an operand that is not evaluated, whose value cannot be an
     * error.
     */
    private Intmax comma(boolean live) throws Unknown {
        Intmax value = conditional(live);
        while (skip(IToken.tCOMMA)) {
            value = conditional(live);
        }
        return value;
    }

    private Intmax conditional(boolean live) throws Unknown {
        Intmax condition = binary(0, live);
        if (!skip(IToken.tQUESTION)) {
            return condition;
        }
        Intmax yes = type() == IToken.tCOLON ? condition : comma(live && condition.isTrue());
        if (!skip(IToken.tCOLON)) {
            throw new Unknown();
        }
        Intmax no = conditional(live && !condition.isTrue());
        return new Intmax((condition.isTrue() ? yes : no).bits(), yes.unsigned() || no.unsigned());
    }

    private Intmax binary(int level, boolean live) throws Unknown {
        if (level == BINARY.length) {
            return unary(live);
        }
        Intmax left = binary(level + 1, live);
        for (int operator = operator(level); operator >= 0; operator = operator(level)) {
            boolean decided = operator == IToken.tAND && !left.isTrue() || operator == IToken.tOR && left.isTrue();
            Intmax right = binary(level + 1, live && !decided);
            left = computed(operator, left, right, live);
        }
        return left;
    }

    /** Reads an operator of a level; returns -1 if there is none. */
    private int operator(int level) {
        for (int operator : BINARY[level]) {
            if (skip(operator)) {
                return operator;
            }
        }
        return -1;
    }

    private static Intmax computed(int operator, Intmax left, Intmax right, boolean live) throws Unknown {
        Intmax result = left.computed(operator, right);
        if (result == null && live) {
            throw new Unknown();
        }
        return result == null ? new Intmax(0, left.unsigned() || right.unsigned()) : result;
    }

    private Intmax unary(boolean live) throws Unknown {
        int type = type();
        at++;
        switch (type) {
            case IToken.tPLUS -> {
                return unary(live);
            }
            case IToken.tMINUS -> {
                return unary(live).negated();
            }
            case IToken.tBITCOMPLEMENT -> {
                return unary(live).complement();
            }
            case IToken.tNOT -> {
                return Intmax.truth(!unary(live).isTrue());
            }
            case IToken.tLPAREN -> {
                Intmax inner = comma(live);
                if (!skip(IToken.tRPAREN)) {
                    throw new Unknown();
                }
                return inner;
            }
            default -> {
                return primary(tokens.size() < at ? null : tokens.get(at - 1));
            }
        }
    }

    private Intmax primary(Token token) throws Unknown {
        if (token == null) {
            throw new Unknown();
        }
        return switch (token.getType()) {
            case IToken.tINTEGER -> integer(token.getImage());
            case IToken.tCHAR -> character(token.getCharImage());
            case IToken.tIDENTIFIER, CPreprocessor.tEXPANDED_IDENTIFIER ->
                new Intmax(isQuestion(token) ? answer() : 0, false);
            case CPreprocessor.tDEFINED,
                    CPreprocessor.t__HAS_FEATURE,
                    CPreprocessor.t__HAS_INCLUDE,
                    CPreprocessor.t__HAS_INCLUDE_NEXT -> question(token);
            default -> throw new Unknown();
        };
    }

    private static Intmax integer(String image) throws Unknown {
        Intmax number = Intmax.of(image);
        if (number == null) {
            throw new Unknown();
        }
        return number;
    }

    private Intmax character(char[] image) throws Unknown {
        try {
            long code = getChar(image, 1);
            return new Intmax(charIsSigned ? (byte) code : code, false);
        } catch (EvalException e) {
            throw new Unknown();
        }
    }

    /** Returns whether a token is the replacement of {@code __has_attribute} or {@code __has_builtin}. */
    private static boolean isQuestion(Token token) {
        char[] image = token.getCharImage();
        return image.length == Predefined.QUESTION.length()
                && image[2] == Predefined.QUESTION.charAt(2)
                && Predefined.QUESTION.equals(token.getImage());
    }

    /** Reads the queried name in its parentheses and returns the answer. */
    private int answer() throws Unknown {
        if (!skip(IToken.tLPAREN)) {
            throw new Unknown();
        }
        StringBuilder name = new StringBuilder();
        while (!skip(IToken.tRPAREN)) {
            if (type() == IToken.tEND_OF_INPUT) {
                throw new Unknown();
            }
            name.append(tokens.get(at++).getCharImage());
        }
        return KnownAttributes.answer(name.toString());
    }

    /** Evaluates {@code defined}, {@code __has_include} and similar words, each followed by a name or parentheses. */
    private Intmax question(Token word) throws Unknown {
        TokenList asked = new TokenList();
        asked.append(word.clone());
        int depth = 0;
        do {
            if (type() == IToken.tEND_OF_INPUT) {
                throw new Unknown();
            }
            depth += type() == IToken.tLPAREN ? 1 : type() == IToken.tRPAREN ? -1 : 0;
            asked.append(tokens.get(at++).clone());
        } while (depth > 0);
        try {
            return Intmax.truth(super.evaluate(asked, macros, places));
        } catch (EvalException e) {
            throw new Unknown();
        }
    }
}
