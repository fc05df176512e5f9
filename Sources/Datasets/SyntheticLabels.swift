extension SyntheticBeats {
    /// The label space of synthetic sets, as `labels.yaml` holds it.
    static let labelsYAML = """
        # The labels of a synthetic set. The pictures come from a mathematical model, not from patients.
        name: synthetic
        version: 1
        labels:
          - code: "N"
            condition: Normal
            explanation: >-
              The beat starts in the heart's own pacemaker and spreads the usual way. A normal beat does not rule out
              every heart disease.
            link: https://medlineplus.gov/lab-tests/electrocardiogram/
            stands_for: "synthetic sinus beat"
          - code: "S"
            condition: Supraventricular arrhythmia
            explanation: >-
              The beat comes early and starts in the upper part of the heart, outside its own pacemaker. Single early
              beats are common and mostly harmless; many in a row should be seen by a doctor.
            link: https://www.heart.org/en/health-topics/arrhythmia/about-arrhythmia/premature-contractions-pacs-and-pvcs
            stands_for: "synthetic premature atrial or junctional beat"
          - code: "V"
            condition: Ventricular arrhythmia
            explanation: >-
              The beat comes early and starts in one of the heart's lower chambers, so it spreads slowly. Single extra
              beats are common; runs of them, fainting or chest pain need a doctor at once.
            link: https://www.nhlbi.nih.gov/health/arrhythmias
            stands_for: "synthetic premature ventricular beat"
          - code: "F"
            condition: Fusion or miscellaneous
            explanation: >-
              A normal beat and an extra beat happened at the same moment, and the drawing is a mixture of both.
            link: https://medlineplus.gov/arrhythmia.html
            stands_for: "synthetic fusion of a sinus and a ventricular beat"
          - code: "M"
            condition: Myocardial infarction
            explanation: >-
              The drawing resembles those of people whose heart muscle was starved of blood, now or in the past: a heart
              attack. Sudden chest pain or breathlessness is an emergency: call for help at once.
            link: https://medlineplus.gov/heartattack.html
            stands_for: "synthetic sinus beat after a myocardial infarction (acute, evolving or old)"
          - code: "H"
            condition: Hypertrophy
            explanation: >-
              The drawing resembles those of people with a thickened heart muscle, often from high blood pressure over
              years. A doctor can confirm it with an ultrasound scan and treat the cause.
            link: https://www.mayoclinic.org/diseases-conditions/left-ventricular-hypertrophy/symptoms-causes/syc-20374314
            stands_for: "synthetic sinus beat with left or right ventricular hypertrophy"

        """
}
