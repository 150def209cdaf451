"""What the terms of the pages mean, in a sentence or two each: shown on hover."""

TERMS = {
    "Excess return": "Return beyond SPY's over the same time: the stock's gross return over SPY's, "
    "less 1.",
    "Median": "The excess return over SPY that is as likely to be beaten as not.",
    "Forecast": "Median excess return over SPY for the horizon: as likely to be beaten as not.",
    "68 %": "Two outcomes of three are expected between these ends, and a sixth beyond each.",
    "95 %": "Nineteen outcomes of twenty are expected between these ends.",
    "Beats SPY": "Chance that the stock returns more than SPY over the horizon, with dividends.",
    "Rank": "Place among all stocks that are forecast at this horizon; 1 is the highest forecast.",
    "Sample date": "The day whose prices and statements the forecast knows: one a quarter, from "
    "the 17th of February, May, August or November.",
    "Spread": "How far outcomes scatter about the forecast: width of the 68 % interval, in percent "
    "points of excess return.",
    "Horizon": "Months over which the excess return is forecast.",
    "Trained as of": "The day whose knowledge the models had.",
    "Rank IC": "Information coefficient: Spearman's correlation of forecasts and outcomes within a "
    "sample quarter, averaged. 0 is chance, 1 perfect order; 0.05 is good.",
    "p by chance": "How often chance alone does as well, given how windows overlap. Below 0.05 is "
    "usually called significant.",
    "Rank IC of ridge": "Rank IC of a ridge regression on the same features: a simple model to "
    "beat.",
    "Ridge": "A linear regression with shrunken coefficients, on the same features: a simple model "
    "to beat.",
    "Top decile": "The tenth of the stocks with the highest forecasts.",
    "Bottom decile": "The tenth of the stocks with the lowest forecasts.",
    "Decile": "A tenth of the stocks by forecast; 10 has the highest.",
    "All stocks": "Every stock that is forecast, with the same weights.",
    "SPY": "The exchange-traded fund on the S&P 500 that stocks are measured against.",
    "Drawdown": "How far the value lies below its highest so far.",
    "Worst drawdown": "The deepest fall from a high to a later low.",
    "Sharpe ratio": "Mean return over its standard deviation, a year; the riskless rate counts as "
    "zero.",
    "Information ratio": "Mean return beyond a benchmark over its standard deviation, a year.",
    "Turnover": "Share of the portfolio that is exchanged in a quarter.",
    "After costs": "Less what buying and selling cost (var trading_cost_bps).",
    "Hit rate": "Share of a group's stocks that beat SPY.",
    "Coverage": "Share of outcomes within an interval: as near its level as can be is best.",
    "Predicted spread": "Standard deviation of the log excess return that was forecast.",
    "Realised spread": "Standard deviation of the errors that came.",
    "R²": "Share of the squared error of a simpler forecast that the model saves; below zero the "
    "simpler one is better.",
    "RMSE": "Root of the mean squared error, in log excess return.",
    "MAPE": "Mean absolute error in percent of the outcome, of gross excess returns.",
    "Decile spread": "Mean outcome of the top decile less that of the bottom one, in log excess "
    "return.",
    "SHAP": "Shapley value: what a feature adds to a forecast, averaged over all orders in which "
    "features become known. With the bias they add up to the forecast.",
    "Bias": "What the model forecasts before it knows a feature.",
    "Contribution": "What a feature adds to the log excess return, in hundredths: nearly percent "
    "points.",
    "Risk contribution": "What a feature adds to the log of the standard deviation, in hundredths: "
    "nearly percent.",
    "Percent rank": "Share of the stocks of the same sample date with a smaller value, 0 lowest, "
    "100 % highest.",
    "Factor score": "Mean rank of the ratios of a factor (value, profitability, investment, "
    "momentum), turned so that high goes with the high returns that the literature expects.",
    "Family": "Kind of feature: value, profitability, momentum, risk and so on.",
    "Beta": "How much the stock moves with SPY: 1 as much, 2 twice as much. Daily returns of 12 "
    "months.",
    "Volatility": "Standard deviation of daily excess returns over 12 months, as a yearly figure.",
    "Size": "Percent rank of the market value.",
    "Weight": "Share of the portfolio's value.",
    "Risk share": "Share of the portfolio's variance that the holding accounts for; above its "
    "weight, it adds more risk than money.",
    "Correlation": "How two stocks' excess returns move together: 1 as one, 0 apart.",
    "Outcome": "What the excess return came to, once the window had ended.",
    "Training block": "Rows that the model was fitted on.",
    "Validation block": "Later rows, on which the number of trees was chosen.",
    "Test block": "The latest rows with outcomes, which the tested model never saw.",
    "Shift": "Mean less that of the training block, in its standard deviations.",
    "Weight of the data": "How much what the trees learned of returns counts in the forecast, as "
    "far as later years bore it out: 0 not at all, 1 fully.",
    "P/E": "Price over earnings of four quarters; none where earnings are not positive.",
    "P/B": "Price over book value; none where it is not positive.",
    "EV/EBITDA": "Enterprise value (market value and net debt) over earnings before interest, tax, "
    "depreciation and amortisation.",
    "Yield": "Per year, as a share of the market value.",
    "Distance": "Root of the mean squared difference of two stocks' percent ranks, over the "
    "features that the models use: 0 alike, about 0.41 for two stocks drawn at random.",
}
